const Four = require('dep-four')
const { OpenAI } = require('openai')

globalThis.uses = [Four, OpenAI]
console.log(Four === OpenAI)
