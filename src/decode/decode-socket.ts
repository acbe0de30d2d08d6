// What is different in a call that went over a socket: its names, its model, and a request that the server completes. In: the head of its
// begin, its bodies. Out: parts of the record. Pure, worker thread.
import type { CloseHead, OpenHead, SocketCall } from '../frame.ts'
import { isArray, isObject, type JsonObject, textOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import type { Answer } from './decode-events.ts'
import type { Endpoint } from './endpoints.ts'

const ENDPOINTS: { readonly [socket in SocketCall]: Endpoint } = {
  responses: { operation: 'responses', method: 'responses.create' },
  realtime: { operation: 'realtime', method: 'realtime.response' },
  transcription: { operation: 'transcription', method: 'realtime.transcription' },
}

/** Names a call by what went over the socket: its address is that of the connection. */
export function endpointOfSocket(socket: SocketCall): Endpoint {
  return ENDPOINTS[socket]
}

/** The session of a call: what the server called it at last, else what it was called at the begin. */
export function sessionOf(open: OpenHead, close: CloseHead | null): string | null {
  return close?.session ?? open.session ?? null
}

/** The request of a call over a socket without its envelope, completed by what the server told later. */
export function requestOfSocket(socket: SocketCall, body: Json, { heard }: Answer): Json {
  if (!isObject(body)) return body
  if (socket === 'responses') {
    const { type: _, event_id: __, ...request } = body
    return request
  }
  const session = body.session ?? heard?.session ?? null
  const input = isArray(body.input)
    ? body.input.map((item, index) => withTranscript(withId(item, heard?.ids.get(index)), heard?.transcripts))
    : []
  return { ...body, session, input }
}

function withId(item: Json, id: string | undefined): Json {
  return id === undefined || !isObject(item) ? item : { id, ...item }
}

function withTranscript(item: Json, transcripts: ReadonlyMap<string, JsonObject> | undefined): Json {
  const found = isObject(item) && typeof item.id === 'string' ? transcripts?.get(item.id) : undefined
  if (found === undefined || !isObject(item) || !isArray(item.content)) return item
  const { transcript = null, usage, error } = found
  const more = { transcript, ...(usage ? { transcription_usage: usage } : {}), ...(error ? { error } : {}) }
  return { ...item, content: item.content.map((part) => (isObject(part) ? { ...part, ...more } : part)) }
}

/** The model of a Realtime request: asked for with the response, else the session's, else the connection's. */
export function modelOfSession(body: Json, url: string): string | null {
  if (!isObject(body)) return null
  const { response, session } = body
  const asked = isObject(response) ? textOf(response.model) : null
  const configured = isObject(session) ? (textOf(session.model) ?? transcriberOf(session)) : null
  return asked ?? configured ?? queryOf(url, 'model') ?? queryOf(url, 'deployment')
}

function transcriberOf(session: JsonObject): string | null {
  const input = isObject(session.audio) ? session.audio.input : undefined
  const transcription = isObject(input) ? input.transcription : session.input_audio_transcription
  return isObject(transcription) ? textOf(transcription.model) : null
}

function queryOf(url: string, name: string): string | null {
  return URL.canParse(url) ? new URL(url).searchParams.get(name) : null
}
