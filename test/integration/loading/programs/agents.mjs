import { Agent, OpenAIProvider } from '@openai/agents'

console.log(new Agent({ name: 'a', instructions: 'b' }).name, OpenAIProvider.name)
