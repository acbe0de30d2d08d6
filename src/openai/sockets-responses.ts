// Step 3, call, for `ResponsesWS`: which response an event belongs to. In: texts sent, events heard. Out: one call per response, its
// answer the events as a stream of them would be. Main thread.
import { toJson } from '../originals.ts'
import type { Call } from './open-calls.ts'
import {
  addErrorEvent,
  addEvent,
  endSocketCall,
  openSocketCall,
  type SocketError,
  type SocketFacts,
} from './sockets-call.ts'
import { closingError, closingStatus, errorOfConnection, fieldOf, idOf, typeOfText } from './sockets-event.ts'
import type { Closing } from './sockets-tap.ts'

interface Turn {
  readonly call: Call
  /** `stream_id`, by which a socket carries several conversations; '' without. */
  readonly lane: string
  /** The response's id, once the server told it. */
  id: string | null
  /** The sequence number that its next event bears. */
  next: number
  /** Ids of its output items. */
  readonly items: Set<string>
}

const BEGINS = new Set(['response.created', 'response.queued', 'response.in_progress'])
const ENDS = new Set(['response.completed', 'response.failed', 'response.incomplete', 'response.cancelled'])
/** Responses that have ended and may still be spoken of. */
const MAX_ENDED = 200
/** Inputs that wait for the response that the server makes of them. */
const MAX_STEERS = 50

/** One socket of the Responses API. */
export class ResponsesTalk {
  readonly facts: SocketFacts
  #turns: Turn[] = []
  #last: Turn | null = null
  readonly #ended = new Set<string>()
  /** `response.steer` by the response that it steers: the server makes a successor of it by itself. */
  readonly #steers = new Map<string, string>()

  constructor(facts: SocketFacts) {
    this.facts = facts
  }

  sent(text: string): void {
    const type = typeOfText(text)
    if (type === 'response.create') this.#begin(text, text.includes('"stream_id"') ? fieldOf(text, 'stream_id') : '')
    else if (type === 'response.steer' && this.#steers.size < MAX_STEERS)
      this.#steers.set(fieldOf(text, 'previous_response_id'), text)
  }

  notSent(error: unknown): void {
    const turn = this.#turns.at(-1)
    if (turn !== undefined && turn.id === null) this.#end(turn, errorOfConnection(error))
  }

  heard(event: { readonly type?: unknown; readonly [field: string]: unknown }): void {
    const type = String(event.type)
    const turn = this.#turnOf(event, type)
    if (turn === null || turn.call.closed) return
    this.#last = turn
    if (typeof event.sequence_number === 'number') turn.next = event.sequence_number + 1
    const item = idOf(event.item) ?? (typeof event.item_id === 'string' ? event.item_id : null)
    if (item !== null) turn.items.add(item)
    const text = toJson(event)
    if (type === 'error') addErrorEvent(turn.call, text)
    else addEvent(turn.call, text, true)
    if (type === 'error' || ENDS.has(type)) this.#end(turn)
  }

  closed(closing: Closing): void {
    const error = closing.byProgram ? undefined : closingError(closing)
    for (const turn of this.#turns) endSocketCall(this.facts, turn.call, closingStatus(closing), error)
    this.#turns = []
    this.#hasLeft = closing.byProgram
    this.#failure = closing.error === undefined ? error : errorOfConnection(closing.error)
  }

  #failure: SocketError | undefined
  #hasLeft = false

  /** The last word of the SDK: `close`, code, reason, and what was queued and never left. Each such call failed, or was left. */
  unsent([, code, reason, queue]: readonly unknown[]): void {
    if (!Array.isArray(queue)) return
    const error =
      this.#failure ?? closingError({ code: Number(code), reason: String(reason), byProgram: false, error: undefined })
    for (const { message } of queue as { readonly message?: { readonly type?: unknown } }[]) {
      if (message?.type !== 'response.create') continue
      const call = openSocketCall(this.facts, 'responses', toJson(message))
      if (call === null) continue
      if (this.#hasLeft) endSocketCall(this.facts, call, 'aborted')
      else endSocketCall(this.facts, call, 'error', error)
    }
  }

  #begin(request: string, lane: string, id: string | null = null): Turn | null {
    const call = openSocketCall(this.facts, 'responses', request)
    if (call === null) return null
    const turn: Turn = { call, lane, id, next: 0, items: new Set() }
    this.#turns.push(turn)
    return turn
  }

  #end(turn: Turn, error?: SocketError): void {
    this.#turns = this.#turns.filter((other) => other !== turn)
    if (turn.id !== null) this.#ended.add(turn.id)
    if (this.#ended.size > MAX_ENDED) for (const id of [...this.#ended].slice(0, MAX_ENDED / 2)) this.#ended.delete(id)
    endSocketCall(this.facts, turn.call, error === undefined ? 'ok' : 'error', error)
  }

  /** By the response's id where an event has one; else by lane, item and sequence number. Lanes answer in the order of asking. */
  #turnOf(event: { readonly [field: string]: unknown }, type: string): Turn | null {
    const id = idOf(event.response) ?? (typeof event.response_id === 'string' ? event.response_id : null)
    const lane = typeof event.stream_id === 'string' ? event.stream_id : ''
    if (id !== null) {
      const known = this.#turns.find((turn) => turn.id === id)
      if (known !== undefined || this.#ended.has(id)) return known ?? null
      if (!BEGINS.has(type) && !ENDS.has(type)) return null
      const waiting = this.#inLane(lane).find((turn) => turn.id === null) ?? this.#successor(event, lane)
      if (waiting !== null) waiting.id = id
      return waiting
    }
    const turns = this.#inLane(lane)
    const begun = turns.filter((turn) => turn.id !== null)
    if (type === 'error') return this.#refused(event, turns, begun)
    if (begun.length < 2) return begun[0] ?? null
    const item = idOf(event.item) ?? event.item_id
    const byItem = begun.find((turn) => typeof item === 'string' && turn.items.has(item))
    const bySequence = begun.filter((turn) => turn.next === event.sequence_number)
    if (byItem !== undefined) return byItem
    if (bySequence.length === 1) return bySequence[0] ?? null
    return this.#last !== null && begun.includes(this.#last) ? this.#last : (begun[0] ?? null)
  }

  /** Turns of a lane; of all when the server names a lane that nobody asked for, or none. */
  #inLane(lane: string): readonly Turn[] {
    const found = this.#turns.filter((turn) => turn.lane === lane)
    return found.length > 0 ? found : this.#turns
  }

  /** An error with a sequence number is of a stream that has begun; with an HTTP status, of a request that was refused. */
  #refused(event: { readonly [field: string]: unknown }, turns: readonly Turn[], begun: readonly Turn[]): Turn | null {
    const waiting = turns.find((turn) => turn.id === null) ?? null
    const isRefusal = typeof event.sequence_number !== 'number' && typeof event.status === 'number'
    return isRefusal ? (waiting ?? begun[0] ?? null) : (begun[0] ?? waiting)
  }

  /** A response that the server began by itself: of what was steered, or of nothing that we saw. */
  #successor(event: { readonly [field: string]: unknown }, lane: string): Turn | null {
    const previous = (event.response as { readonly previous_response_id?: unknown } | undefined)?.previous_response_id
    const steer = typeof previous === 'string' ? this.#steers.get(previous) : undefined
    if (typeof previous === 'string') this.#steers.delete(previous)
    return this.#begin(steer ?? toJson({ previous_response_id: previous ?? null }), lane)
  }
}
