// Step 3, call, over a socket: one response from what asks for it to its last event. In: texts of events. Out: the frames of a call
// whose answer is a stream of these events. Main thread.
import { monotonicMs } from '../clock.ts'
import type { OpenHead, SocketCall } from '../frame.ts'
import type { Status } from '../record.ts'
import { maskFields } from '../secrets/fields.ts'
import { beginCall, flushPart } from './call.ts'
import { closeCall, closeEnded } from './call-end.ts'
import { type Call, emit } from './open-calls.ts'
import { maskServerText, ownSecrets } from './own-secrets.ts'
import { sweepOpenCalls } from './sweep.ts'

/** What is the same for all calls of a socket. */
export interface SocketFacts {
  /** The client, where the socket class keeps it: errors are described without its key. */
  readonly client: object
  readonly sdk: string | null
  readonly url: string
  /** The server's id of the session once it is known. */
  session: string
}

/** Why a call ended that the server did not end. */
export interface SocketError {
  readonly name: string
  readonly code?: string
  readonly message: string
}

/** Begins a call: its open frame is written. Null when nobody listens. */
export function openSocketCall(facts: SocketFacts, socket: SocketCall, request: string): Call | null {
  const call = beginCall(facts.client, facts.sdk)
  if (call === null) return null
  const head = { t: 'open', at: call.at, provider: 'openai', sdk: facts.sdk, verb: 'GET', url: facts.url } as const
  const rest = { stream: true, body: 'json', socket, session: facts.session } as const
  call.attempts.push({ at: 0, ms: null, status: null })
  call.opened = true
  // Over a socket there is no head of an answer to wait for: what has come may be written, and an exit ends the call.
  call.settled = true
  call.hasBody = true
  const { text, values } = maskFields(request)
  call.secrets = values
  emit(call, (leg): OpenHead => ({ ...head, ...rest, id: leg.id, ...(leg.ctx ? { ctx: leg.ctx } : {}) }), text)
  sweepOpenCalls()
  return call
}

/** Adds one event to the answer. `isOutput`: the model has said something; the first such is the time to the first token. */
export function addEvent(call: Call, event: string, isOutput: boolean): void {
  if (call.closed) return
  const [attempt] = call.attempts
  if (attempt !== undefined) attempt.ms ??= monotonicMs() - call.t0
  const hadOutput = call.answer.firstAtMs !== null
  const isFull = call.answer.push(Buffer.from(`data: ${event}\n\n`))
  if (!hadOutput && !isOutput) call.answer.firstAtMs = null
  if (isFull) flushPart(call)
}

/** Adds an event that may quote the key: an error, as a server writes it. */
export function addErrorEvent(call: Call, event: string): void {
  addEvent(call, maskServerText(event, [...ownSecrets(call.client), ...call.secrets]), false)
}

/** Ends a call. */
export function endSocketCall(facts: SocketFacts, call: Call, status: Status, error?: SocketError): void {
  call.session = facts.session
  closeCall(call, status, error)
}

/** Ends a call whose end was noted before. */
export function endNoted(facts: SocketFacts, call: Call): void {
  call.session = facts.session
  closeEnded(call)
}
