require('node:module').enableCompileCache?.(process.argv[2])
const { OpenAI } = require('openai')

globalThis.uses = [OpenAI]
console.log(OpenAI.name)
