// Another tool: its own copy of import-in-the-middle as a global asynchronous loader, as OpenTelemetry's hook.mjs
// registers it.
import { register } from 'node:module'
import { countHook } from './count.mjs'

register('import-in-the-middle/hook.mjs', import.meta.url)
countHook()
