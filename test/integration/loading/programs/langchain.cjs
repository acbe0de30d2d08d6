const { ChatOpenAI } = require('@langchain/openai')

console.log(new ChatOpenAI({ apiKey: 'sk-test-1', model: 'gpt-4o' }).constructor.name)
