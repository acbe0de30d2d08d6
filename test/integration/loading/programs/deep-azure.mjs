import { AzureOpenAI } from 'openai/azure'

globalThis.uses = [AzureOpenAI]
console.log(AzureOpenAI.name)
