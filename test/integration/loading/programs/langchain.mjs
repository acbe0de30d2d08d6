import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'

const model = new ChatOpenAI({ apiKey: 'sk-test-1', model: 'gpt-4o' })
console.log(model.constructor.name, OpenAIEmbeddings.name)
