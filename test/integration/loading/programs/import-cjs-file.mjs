import { createRequire } from 'node:module'
import client from 'openai/client.js'

const required = createRequire(import.meta.url)('openai/client.js')
globalThis.uses = [client.OpenAI]
console.log(client.OpenAI.name, client.OpenAI === required.OpenAI)
