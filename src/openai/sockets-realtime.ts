// Step 3, call, for Realtime sockets: one call per response of the session. In: texts sent, events heard. Out: calls whose request is
// what the session held, whose answer are the response's events without its audio. Main thread.
import { parseJson, toJson } from '../originals.ts'
import type { Call } from './open-calls.ts'
import { maskServerText, ownSecrets } from './own-secrets.ts'
import { addErrorEvent, addEvent, endSocketCall, openSocketCall, type SocketFacts } from './sockets-call.ts'
import { closingError, closingStatus, errorOfConnection, idOf, parseEvent } from './sockets-event.ts'
import { answeredBy, metadataKey, refusedBy } from './sockets-pairing.ts'
import { RealtimeSession } from './sockets-session.ts'
import type { Closing } from './sockets-tap.ts'
import { Transcripts } from './sockets-transcripts.ts'
import { addAudio, finishTurn, type Turn, takeAudio } from './sockets-turn.ts'

type Event = { readonly type?: unknown; readonly [field: string]: unknown }

const AUDIO_DELTA = new Set(['response.output_audio.delta', 'response.audio.delta'])
const ENDS = new Set(['response.done', 'response.cancelled'])

/** One Realtime socket. */
export class RealtimeTalk {
  readonly facts: SocketFacts
  readonly #session: RealtimeSession
  readonly #transcripts: Transcripts
  /** Asked for by the program, and not begun by the server. */
  #waiting: Turn[] = []
  /** What the text that is leaving asks for. */
  #leaving: Turn | null = null
  readonly #turns = new Map<string, Turn>()

  constructor(facts: SocketFacts) {
    this.facts = facts
    this.#session = new RealtimeSession(facts.url)
    this.#transcripts = new Transcripts(facts, this.#session)
  }

  sent(text: string): void {
    this.#leaving = null
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
    const turn = this.#leaving
    if (turn === null) return
    this.#waiting = this.#waiting.filter((other) => other !== turn)
    endSocketCall(this.facts, turn.call, 'error', errorOfConnection(error))
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
    const turn = this.#open((event.response ?? null) as Event | null, event.event_id)
    if (turn === null) return
    this.#leaving = turn
    this.#waiting.push(turn)
  }

  #open(asked: Event | null, eventId: unknown): Turn | null {
    const isApart = asked?.conversation === 'none'
    const hasOwnInput = isApart && Array.isArray(asked.input)
    const { text, speeches } = this.#session.take(asked === null ? null : toJson(asked), hasOwnInput)
    const call: Call | null = openSocketCall(this.facts, 'realtime', text)
    if (call === null) return null
    const named = typeof eventId === 'string' ? eventId : null
    return {
      call,
      speeches,
      audio: new Map(),
      eventId: named,
      metadata: metadataKey(asked?.metadata),
      isApart,
      hold: null,
    }
  }

  #respond(event: Event, type: string): void {
    const id = idOf(event.response) ?? (typeof event.response_id === 'string' ? event.response_id : null)
    if (id === null) return
    let turn = this.#turns.get(id)
    if (turn === undefined) {
      const found = type === 'response.created' ? this.#begun(event.response) : null
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
      // Somebody was heard out while this one spoke: the server need not have begun another.
      if (!turn.isApart) this.#session.isVoiced = false
      finishTurn(this.facts, turn, this.#transcripts.awaited(turn))
    }
  }

  /** A response that the program asked for, or one by the server's own judgement (voice activity). */
  #begun(response: unknown): Turn | null {
    const asked = answeredBy(this.#waiting, response, this.#session.isVoiced)
    if (asked?.isApart !== true) this.#session.isVoiced = false
    if (asked === null) return this.#open(null, null)
    this.#waiting = this.#waiting.filter((other) => other !== asked)
    return asked
  }

  #refuse(event: Event): void {
    const error = (event.error ?? {}) as Event
    if (error.code === 'input_audio_buffer_commit_empty') this.#session.dropCommit()
    const turn = refusedBy(this.#waiting, error)
    if (turn === null) {
      const told = parseJson(maskServerText(toJson(event.error ?? null), ownSecrets(this.facts.client)))
      this.#session.note({ type: 'error', error: told })
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
