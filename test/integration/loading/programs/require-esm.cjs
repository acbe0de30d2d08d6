const { OpenAI } = require('openai/index.mjs')

globalThis.uses = [OpenAI]
console.log(OpenAI.name)
