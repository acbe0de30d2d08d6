// `neatlogs`: recording of this process in code, and what the calls belong to.

export { type Context, setContext, withContext } from './context.ts'
export { type ErrorCode, NeatlogsError } from './errors.ts'
export type { Options } from './options/options.ts'
export type { RedactRecord, StartOptions } from './options/start-options.ts'
export type { FoundOpenAI } from './preload/attach.ts'
export type { ConversationEntry } from './provider/conversation.ts'
export { getConversationHistory, instrumentOpenAI, start } from './provider/late-session.ts'
export type { CallError, CallRecord, Json, Operation, Status, Usage } from './record.ts'
export { flush, stats } from './recorder/all.ts'
export type { FlushResult } from './recorder/flush.ts'
