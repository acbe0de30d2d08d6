import { createRequire } from 'node:module'
import { OpenAI } from './vendor/ai/index.mjs'

const required = createRequire(import.meta.url)('./vendor/ai').OpenAI
globalThis.uses = [OpenAI, required]
console.log(OpenAI.name, required.name)
