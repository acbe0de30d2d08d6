// Step 3, call, for Realtime sockets: one call per response of the session. In: texts sent, events heard. Out: calls whose request is
// what the session held, whose answer are the response's events without its audio. Main thread.
import { parseJson, toJson } from '../originals.ts'
import type { Call } from './open-calls.ts'
import { maskServerText, ownSecrets } from './own-secrets.ts'
import { addErrorEvent, addEvent, endSocketCall, openSocketCall, type SocketFacts } from './sockets-call.ts'
import { closingError, closingStatus, errorOfConnection, idOf, parseEvent } from './sockets-event.ts'
import { RealtimeSession } from './sockets-session.ts'
import type { Closing } from './sockets-tap.ts'
import { Transcripts } from './sockets-transcripts.ts'
import { addAudio, finishTurn, type Turn, takeAudio } from './sockets-turn.ts'

type Event = { readonly type?: unknown; readonly [field: string]: unknown }

const AUDIO_DELTA = new Set(['response.output_audio.delta', 'response.audio.delta'])
const ENDS = new Set(['response.done', 'response.cancelled'])
/** What the server says of a `response.create` that it refuses and whose `event_id` it does not name. */
const REFUSAL = /^conversation_already_has_active_response$|rate_limit|quota/

/** One Realtime socket. */
export class RealtimeTalk {
  readonly facts: SocketFacts
  readonly #session: RealtimeSession
  readonly #transcripts: Transcripts
  /** Asked for by the program, and not begun by the server. */
  #waiting: Turn[] = []
  readonly #turns = new Map<string, Turn>()

  constructor(facts: SocketFacts) {
    this.facts = facts
    this.#session = new RealtimeSession(facts.url)
    this.#transcripts = new Transcripts(facts, this.#session)
  }

  sent(text: string): void {
    const event = parseEvent(text)
    if (event === null) return
    if (event.type === 'input_audio_buffer.append') {
      if (typeof event.audio === 'string') this.#session.heard.add(event.audio)
    } else if (event.type === 'input_audio_buffer.clear') this.#session.heard.take(this.#session.input)
    else if (event.type === 'input_audio_buffer.commit') this.#session.commit()
    else if (event.type === 'conversation.item.create') this.#session.addItem(event.item)
    else if (event.type === 'response.create') this.#ask(event)
  }

  notSent(error: unknown): void {
    const turn = this.#waiting.pop()
    if (turn !== undefined) endSocketCall(this.facts, turn.call, 'error', errorOfConnection(error))
  }

  heard(event: Event): void {
    const type = String(event.type)
    if (type.startsWith('session.')) this.#configure(event)
    else if (type.startsWith('response.')) this.#respond(event, type)
    else if (type === 'error') this.#refuse(event)
    else if (type === 'input_audio_buffer.speech_started') this.#interrupt(event)
    else this.#transcripts.heard(event, type, [...this.#waiting, ...this.#turns.values()])
  }

  closed(closing: Closing): void {
    const error = closing.byProgram ? undefined : closingError(closing)
    this.#transcripts.closed(closing)
    for (const turn of [...this.#waiting, ...this.#turns.values()]) {
      takeAudio(turn, this.#session.output)
      endSocketCall(this.facts, turn.call, closingStatus(closing), error)
    }
    this.#waiting = []
    this.#turns.clear()
  }

  #configure(event: Event): void {
    const session = event.session as { readonly [field: string]: unknown } | null | undefined
    if (typeof session !== 'object' || session === null) return
    this.facts.session = idOf(session) ?? this.facts.session
    const isFirst = this.#session.text === null
    this.#session.note({ type: event.type })
    this.#session.configure(session)
    // Asked for before the server had told its configuration: it is told with the answer.
    if (isFirst)
      for (const turn of this.#waiting)
        addEvent(turn.call, `{"type":"session.created","session":${this.#session.text}}`, false)
  }

  #ask(event: Event): void {
    const asked = (event.response ?? null) as { readonly conversation?: unknown; readonly input?: unknown } | null
    const isApart = asked?.conversation === 'none' && Array.isArray(asked.input)
    const turn = this.#open(asked === null ? null : asked, isApart)
    if (turn === null) return
    turn.eventId = typeof event.event_id === 'string' ? event.event_id : null
    this.#waiting.push(turn)
  }

  #open(asked: object | null, isApart: boolean): Turn | null {
    const { text, speeches } = this.#session.take(asked === null ? null : toJson(asked), isApart)
    const call: Call | null = openSocketCall(this.facts, 'realtime', text)
    return call === null ? null : { call, speeches, audio: new Map(), eventId: null, hold: null }
  }

  #respond(event: Event, type: string): void {
    const id = idOf(event.response) ?? (typeof event.response_id === 'string' ? event.response_id : null)
    if (id === null) return
    let turn = this.#turns.get(id)
    if (turn === undefined) {
      // By the server's own judgement (voice activity), or what the program asked for first.
      const found = type === 'response.created' ? (this.#waiting.shift() ?? this.#open(null, false)) : null
      if (found === null) return
      turn = found
      this.#turns.set(id, turn)
    }
    if (AUDIO_DELTA.has(type) && typeof event.delta === 'string') addAudio(turn, event, event.delta)
    else if (!ENDS.has(type)) addEvent(turn.call, toJson(event), type.endsWith('.delta'))
    else {
      takeAudio(turn, this.#session.output)
      addEvent(turn.call, toJson(event), false)
      this.#turns.delete(id)
      finishTurn(this.facts, turn, this.#transcripts.awaited(turn))
    }
  }

  /** An error names the event that it answers when that has an id; else only some can be told to be of a response. */
  #refuse(event: Event): void {
    const { event_id: eventId, code, param } = (event.error ?? {}) as { readonly [field: string]: unknown }
    if (code === 'input_audio_buffer_commit_empty') this.#session.dropCommit()
    const named = this.#waiting.find((turn) => turn.eventId !== null && turn.eventId === eventId)
    const isOfResponse = REFUSAL.test(String(code)) || String(param).startsWith('response')
    const turn = named ?? (eventId == null && isOfResponse ? this.#waiting[0] : undefined)
    if (turn === undefined) {
      this.#session.note({
        type: 'error',
        error: parseJson(maskServerText(toJson(event.error ?? null), ownSecrets(this.facts.client))),
      })
      return
    }
    this.#waiting = this.#waiting.filter((other) => other !== turn)
    addErrorEvent(turn.call, toJson(event))
    endSocketCall(this.facts, turn.call, 'ok')
  }

  /** The user speaks while the model does. */
  #interrupt(event: Event): void {
    this.#session.note({ type: event.type, item_id: event.item_id, audio_start_ms: event.audio_start_ms })
    for (const { call } of this.#turns.values()) addEvent(call, toJson(event), false)
  }
}
