const { AzureOpenAI, OpenAI } = require('openai')

globalThis.uses = [OpenAI, AzureOpenAI]
console.log(OpenAI.name, new OpenAI({ apiKey: 'sk-test-1' }) instanceof OpenAI, require.main === module)
