import OpenAI, { AzureOpenAI } from 'openai'

globalThis.uses = [OpenAI, AzureOpenAI]
console.log(OpenAI.name, new OpenAI({ apiKey: 'sk-test-1' }) instanceof OpenAI)
