// `neatlogs/openai`: recording of OpenAI calls switched on and off in code.

import './preload/bundled.ts' // says what to do before the files that a CommonJS bundle breaks

export { type ErrorCode, NeatlogsError } from './errors.ts'
export type { FoundOpenAI } from './preload/attach.ts'
export type { Tag } from './provider/arguments.ts'
export type { ConversationEntry } from './provider/conversation.ts'
export { OpenAIProvider, type OpenAIProviderOptions } from './provider/openai-provider.ts'
export type { CallError, CallRecord, Json, Status } from './record.ts'
