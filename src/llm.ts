// `neatlogs/llm`: a session with an id of its own and tags that grow.

import './preload/bundled.ts' // says what to do before the files that a CommonJS bundle breaks

export { type ErrorCode, NeatlogsError } from './errors.ts'
export type { FoundOpenAI } from './preload/attach.ts'
export type { Tag } from './provider/arguments.ts'
export type { ConversationEntry } from './provider/conversation.ts'
export { LLMTracker, type LLMTrackerOptions } from './provider/llm-tracker.ts'
