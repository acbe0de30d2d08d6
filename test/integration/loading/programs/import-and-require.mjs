// The same CommonJS file imported and required, in both orders, is one module.
import { createRequire } from 'node:module'
import { OpenAI } from 'openai/client.js'

const require = createRequire(import.meta.url)
globalThis.uses = [OpenAI]
console.log(require('openai').OpenAI === OpenAI, (await import('openai/index.js')).default.OpenAI === OpenAI)
