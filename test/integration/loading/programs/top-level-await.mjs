import { OpenAI } from 'openai'

await new Promise((resolve) => setImmediate(resolve))
globalThis.uses = [OpenAI]
console.log(OpenAI.name)
process.exitCode = 3
