// Any major: the class is `OpenAIApi` in v3.
const openai = require('openai')

const Client = openai.OpenAI ?? openai.OpenAIApi
globalThis.uses = [Client]
console.log(Client.name, Object.keys(openai).length)
