import { createRequire } from 'node:module'
import { OpenAI } from 'openai'

const required = createRequire(import.meta.url)('openai').OpenAI
globalThis.uses = [OpenAI, required]
console.log(OpenAI === required)
