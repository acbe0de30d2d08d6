const { OpenAI } = require('dep-esm')

globalThis.uses = [OpenAI]
console.log(OpenAI.name)
