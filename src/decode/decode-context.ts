// What a call inherits: from its context, else from its lane. In: both, and the request. Out: these fields of the record. Worker thread.
import type { FrameContext, LaneInfo } from '../frame.ts'
import { isObject, type JsonObject, toJson } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { conversationOf } from './decode-request.ts'

const NONE: readonly string[] = []
const NOTHING = {}

export function contextOf(context: FrameContext, lane: LaneInfo, request: Json) {
  return {
    trace_id: context.traceId ?? lane.traceId,
    tags: tagsOf(lane.tags, context.tags ?? NONE),
    metadata: metadataOf(lane.metadata, context.metadata ?? NOTHING),
    user_id: context.userId ?? lane.userId,
    conversation_id: context.conversationId ?? conversationOf(request),
    name: context.name ?? null,
  }
}

function tagsOf(lane: readonly string[], call: readonly string[]): readonly string[] {
  return lane.length === 0 && call.length === 0 ? [] : [...new Set([...lane, ...call])].map(String)
}

function metadataOf(lane: object, call: object): JsonObject {
  const metadata = isEmpty(lane) && isEmpty(call) ? {} : toJson({ ...lane, ...call })
  return isObject(metadata) ? metadata : {}
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false
  return true
}
