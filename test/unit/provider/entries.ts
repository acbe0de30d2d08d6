// The public classes, as one import of the tests.
export { LLMTracker } from '../../../src/llm.ts'
export { NeatlogsError, OpenAIProvider } from '../../../src/openai.ts'
