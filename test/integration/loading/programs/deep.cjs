const { AzureOpenAI } = require('openai/azure')
const { Completions } = require('openai/resources/chat/completions')

globalThis.uses = [AzureOpenAI]
console.log(AzureOpenAI.name, Completions.name)
