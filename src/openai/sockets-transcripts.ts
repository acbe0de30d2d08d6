// What the user said, as a Realtime session writes it down beside its responses: with the item, with the response that took the item,
// with the next one when it comes too late. A session that only writes down is a call per item. Main thread.
import { toJson } from '../originals.ts'
import type { Call } from './open-calls.ts'
import { addEvent, endSocketCall, openSocketCall, type SocketFacts } from './sockets-call.ts'
import { closingError, closingStatus } from './sockets-event.ts'
import { type RealtimeSession, type Speech, textOf } from './sockets-session.ts'
import type { Closing } from './sockets-tap.ts'
import { endHeld, type Turn } from './sockets-turn.ts'

type Event = { readonly [field: string]: unknown }

const PREFIX = 'conversation.item.input_audio_transcription.'

export class Transcripts {
  readonly #facts: SocketFacts
  readonly #session: RealtimeSession
  /** Responses that are over and wait. */
  readonly #held = new Set<Turn>()
  /** Of a session that only writes down: the calls by item. */
  readonly #calls = new Map<string, Call>()

  constructor(facts: SocketFacts, session: RealtimeSession) {
    this.#facts = facts
    this.#session = session
  }

  /** Takes an event that is of no response. `turns`: the responses under way. */
  heard(event: Event, type: string, turns: readonly Turn[]): void {
    const id = typeof event.item_id === 'string' ? event.item_id : null
    if (id === null) return
    if (type === 'input_audio_buffer.committed') this.#begin(id, turns)
    else if (!type.startsWith(PREFIX)) return
    else if (this.#session.isTranscription) this.#write(id, event, type)
    else if (type === `${PREFIX}completed` || type === `${PREFIX}failed`) this.#tell(id, event, turns)
  }

  /** What the user said in a response's request and whose words have not come; the response is told of them when they do. */
  awaited(turn: Turn): Set<Speech> {
    for (const held of this.#held) if (held.call.closed) this.#held.delete(held)
    const awaited = new Set(this.#session.isTranscribed ? turn.speeches.filter(({ words }) => words === null) : [])
    if (awaited.size > 0) this.#held.add(turn)
    return awaited
  }

  closed(closing: Closing): void {
    for (const turn of this.#held) endHeld(this.#facts, turn)
    this.#held.clear()
    const error = closing.byProgram ? undefined : closingError(closing)
    for (const call of this.#calls.values()) endSocketCall(this.#facts, call, closingStatus(closing), error)
    this.#calls.clear()
  }

  #begin(id: string, turns: readonly Turn[]): void {
    const speech = this.#session.bind(id)
    // A response has taken it before the server gave it an id.
    const turn = turns.find(({ speeches }) => speeches.includes(speech))
    if (turn !== undefined) addEvent(turn.call, toJson({ type: 'neatlogs.item', index: speech.index, id }), false)
    if (!this.#session.isTranscription) return
    const request = `{"session":${this.#session.text ?? 'null'},"input":[${textOf(speech)}]}`
    const call = openSocketCall(this.#facts, 'transcription', request)
    if (call !== null) this.#calls.set(id, call)
  }

  #write(id: string, event: Event, type: string): void {
    const call = this.#calls.get(id)
    if (call === undefined) return
    addEvent(call, toJson(event), true)
    if (type !== `${PREFIX}completed` && type !== `${PREFIX}failed`) return
    this.#calls.delete(id)
    endSocketCall(this.#facts, call, 'ok')
  }

  #tell(id: string, event: Event, turns: readonly Turn[]): void {
    const { transcript, usage, error } = event
    const words = { transcript, transcription_usage: usage, error }
    const waiting = this.#session.speechOf(id)
    if (waiting !== null) {
      waiting.words = words
      return
    }
    const turn = [...turns, ...this.#held].find(({ speeches }) => speeches.some((speech) => speech.id === id))
    if (turn === undefined || turn.call.closed) {
      this.#session.addLate(event)
      return
    }
    addEvent(turn.call, toJson(event), false)
    for (const speech of turn.speeches) if (speech.id === id) this.#written(turn, Object.assign(speech, { words }))
  }

  #written(turn: Turn, speech: Speech): void {
    if (turn.hold === null) return
    turn.hold.awaited.delete(speech)
    if (turn.hold.awaited.size > 0) return
    this.#held.delete(turn)
    endHeld(this.#facts, turn)
  }
}
