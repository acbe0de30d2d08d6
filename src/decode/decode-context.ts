// What a call inherits: from its context, else from its lane. In: both, and the request. Out: these fields of the record. Worker thread.
import type { FrameContext, LaneInfo } from '../frame.ts'
import { isObject, toJson } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { conversationOf } from './decode-request.ts'

export function contextOf(context: FrameContext, lane: LaneInfo, request: Json) {
  const metadata = toJson({ ...lane.metadata, ...context.metadata })
  return {
    trace_id: context.traceId ?? lane.traceId,
    tags: [...new Set([...lane.tags, ...(context.tags ?? [])])].map(String),
    metadata: isObject(metadata) ? metadata : {},
    user_id: context.userId ?? lane.userId,
    conversation_id: context.conversationId ?? conversationOf(request),
    name: context.name ?? null,
  }
}
