// Another tool: an asynchronous loader that hands over the source of every CommonJS module, as some TypeScript loaders
// do.
import { register } from 'node:module'

register('./sources-loader.mjs', import.meta.url)
