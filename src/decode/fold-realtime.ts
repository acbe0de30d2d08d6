// Folds the events of one Realtime response into its response object: `response.done` carries it whole; one that broke off is rebuilt
// from its items and deltas. Audio is what the main thread counted. In: events. Out: the answer, and what of the request came with it. Worker.
import type { SocketCall } from '../frame.ts'
import { isArray, isObject, type JsonObject, textOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { describeMedia } from './describe.ts'
import { assignOwn, type Draft } from './fold-delta.ts'
import type { SseEvent } from './sse.ts'

const LIFECYCLE = /^response\.(?:created|done|cancelled)$/
const TRANSCRIPTION = 'conversation.item.input_audio_transcription.'
/** The last event of each: what the user said is written down in the middle of a response too, which that does not end. */
const LAST: { readonly [socket in SessionCall]: ReadonlySet<Json | undefined> } = {
  realtime: new Set(['response.done', 'response.cancelled']),
  transcription: new Set([`${TRANSCRIPTION}completed`]),
}
/** Text of a part that grows by `.delta` and is set whole by `.done`; GA's names and the beta's. */
const TEXTS: ReadonlyMap<string, readonly [field: string, part: string]> = new Map(
  Object.entries({
    'response.output_text': ['text', 'output_text'],
    'response.text': ['text', 'text'],
    'response.output_audio_transcript': ['transcript', 'output_audio'],
    'response.audio_transcript': ['transcript', 'audio'],
  }),
)
const ARGUMENTS = /^response\.(?:function_call|mcp_call)_arguments\.(delta|done)$/

export interface FoldedRealtime {
  readonly body: Json
  /** The session's configuration, where the server told it after the response was asked for. */
  readonly session: JsonObject | null
  /** What the user said, by item: the words were written down beside the response. */
  readonly transcripts: ReadonlyMap<string, JsonObject>
  /** Ids of items that were sent without one, by their place in the request. */
  readonly ids: ReadonlyMap<number, string>
}

export type SessionCall = Exclude<SocketCall, 'responses'>

export interface FoldedSession {
  readonly body: Json
  readonly chunkCount: number
  readonly complete: boolean
  readonly ending?: 'ok' | 'aborted'
  readonly heard?: FoldedRealtime
  /** The error that the server answered with instead; null when it did not. */
  readonly refusal: Json
}

/** Folds what a session said of one call, and reads how that ended. */
export function foldSession(all: readonly SseEvent[], socket: SessionCall): FoldedSession {
  const events = all.map(({ data }) => data).filter(isObject)
  const refused = events.find(({ type }) => type === 'error')
  const heard = socket === 'realtime' ? foldRealtime(events) : undefined
  const written = heard === undefined && events.length > 0 ? foldTranscription(events) : null
  const body = describeMedia(heard?.body ?? written)
  const complete = events.some(({ type }) => LAST[socket].has(type))
  const isCancelled = isObject(body) && body.status === 'cancelled'
  return {
    body,
    chunkCount: events.reduce((sum, event) => sum + countOf(event, socket), 0),
    complete,
    refusal: refused === undefined ? null : (refused.error ?? refused),
    ...(isCancelled ? { ending: 'aborted' } : complete ? { ending: 'ok' } : {}),
    ...(heard === undefined ? {} : { heard }),
  }
}

/** Audio was counted where it passed, and stands for as many events; what is of the session is no event of the response. */
function countOf({ type, chunks }: JsonObject, socket: SessionCall): number {
  if (type === 'neatlogs.audio') return Number(chunks)
  return socket === 'transcription' || type === 'error' || String(type).startsWith('response.') ? 1 : 0
}

/** Folds events in wire order. */
export function foldRealtime(events: readonly JsonObject[]): FoldedRealtime {
  let response: JsonObject | null = null
  let session: JsonObject | null = null
  let interruption: JsonObject | null = null
  const items = new Map<number, Draft>()
  const audio: JsonObject[] = []
  const transcripts = new Map<string, JsonObject>()
  const ids = new Map<number, string>()
  for (const event of events) {
    const type = textOf(event.type) ?? ''
    if (LIFECYCLE.test(type) && isObject(event.response)) response = event.response
    else if (type === 'session.created' && isObject(event.session)) session = event.session
    else if (type === 'neatlogs.audio') audio.push(event)
    else if (type === 'neatlogs.item') ids.set(Number(event.index), String(event.id))
    else if (type === 'input_audio_buffer.speech_started') interruption ??= restOf(event)
    else if (type.startsWith(TRANSCRIPTION)) transcripts.set(String(event.item_id), event)
    else addEvent(items, event, type)
  }
  const output = isArray(response?.output) && response.output.length > 0 ? itemsOf(response.output) : sorted(items)
  for (const one of audio) addAudio(output, one)
  const hasAnswer = response !== null || output.length > 0
  const body = hasAnswer ? { ...response, output, ...(interruption === null ? {} : { interruption }) } : null
  return { body, session, transcripts, ids }
}

function restOf({ type: _, event_id: __, ...rest }: JsonObject): JsonObject {
  return rest
}

function itemsOf(output: readonly Json[]): Draft[] {
  return output.map((item) => (isObject(item) ? structuredClone(item) : { value: item }))
}

function sorted(items: Map<number, Draft>): Draft[] {
  return [...items.entries()].sort(([left], [right]) => left - right).map(([, item]) => item)
}

function addEvent(items: Map<number, Draft>, event: JsonObject, type: string): void {
  const index = event.output_index
  if (typeof index !== 'number') return
  const known = items.get(index)
  const item: Draft = known ?? (typeof event.item_id === 'string' ? { id: event.item_id } : {})
  if (known === undefined) items.set(index, item)
  const isWhole = type === 'response.output_item.added' || type === 'response.output_item.done'
  if (isWhole && isObject(event.item)) assignOwn(item, structuredClone(event.item))
  else if (type.startsWith('response.content_part.') && isObject(event.part))
    assignOwn(partOf(item, event), { ...event.part })
  else addText(item, event, type)
}

function addText(item: Draft, event: JsonObject, type: string): void {
  const dot = type.lastIndexOf('.')
  const isDone = type.endsWith('.done')
  if (ARGUMENTS.test(type)) {
    item.type ??= 'function_call'
    if (isDone) item.arguments = event.arguments ?? item.arguments ?? ''
    else if (typeof event.delta === 'string') item.arguments = joinText(item.arguments ?? '', event.delta)
    return
  }
  const [field, kind] = TEXTS.get(type.slice(0, dot)) ?? []
  if (field === undefined) return
  item.type ??= 'message'
  const part = partOf(item, event)
  part.type ??= kind ?? 'text'
  if (isDone) part[field] = event[field] ?? part[field] ?? ''
  else if (typeof event.delta === 'string') part[field] = joinText(part[field] ?? '', event.delta)
}

/** Items and parts were cloned, so they may be written. */
function partOf(item: Draft, event: JsonObject): Draft {
  if (!isArray(item.content)) item.content = []
  const parts = item.content as Json[]
  const at = typeof event.content_index === 'number' ? Math.min(event.content_index, parts.length) : parts.length
  const known = parts[at]
  if (isObject(known)) return known as Draft
  const made: Draft = {}
  parts[at] = made
  return made
}

function addAudio(output: Draft[], event: JsonObject): void {
  let item = output.find((one) => one.id === event.item_id)
  if (item === undefined) {
    item = { id: event.item_id ?? null, type: 'message', role: 'assistant', content: [] }
    output.push(item)
  }
  const part = partOf(item, event)
  part.type ??= 'output_audio'
  part.audio = event.audio ?? null
}

/** A transcript of a session that only writes down becomes what a transcription answers. */
export function foldTranscription(events: readonly JsonObject[]): Json {
  const result: Draft = { text: '' }
  for (const event of events) {
    if (event.type === `${TRANSCRIPTION}delta` && typeof event.delta === 'string')
      result.text = joinText(result.text ?? '', event.delta)
    else if (event.type === `${TRANSCRIPTION}completed`) {
      const { transcript, ...rest } = restOf(event)
      assignOwn(result, { ...rest, text: transcript ?? result.text ?? '' })
    } else if (event.type === `${TRANSCRIPTION}failed`) assignOwn(result, restOf(event))
  }
  return result
}

/** A text grows; what is no text is replaced. */
function joinText(known: Json, more: string): Json {
  return typeof known === 'string' ? known + more : more
}
