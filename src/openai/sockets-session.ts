// What a Realtime session holds between two responses: its configuration and the items of the conversation since the last response. In:
// events. Out: the request of the next response, as JSON text. Main thread; bounded, as a session may last an hour without one.

import { epochMs } from '../clock.ts'
import { toJson } from '../originals.ts'
import { type AudioFormat, formatOf, PassingAudio, PCM, withoutAudio } from './sockets-audio.ts'

/** What the user said in one item: known as soon as it was said, its id and its words come later. */
export interface Speech {
  id: string | null
  readonly audio: object
  /** Its words, and what writing them down has used, once the server told them. */
  words: object | null
  /** Its place in the request of the response that took it. */
  index: number
}

/** An item of the conversation: JSON text, or what the user said. */
type Item = string | Speech

type Fields = { readonly [field: string]: unknown }

/** Things that happened beside responses, told with the next one. */
const MAX_EVENTS = 100
/** Texts of items kept for the next response; the oldest go beyond it, counted. */
const MAX_ITEM_CHARS = 2 * 1024 * 1024
/** About what a description and some sentences take. */
const SPEECH_CHARS = 600

/** What the next response of a session is asked for. */
export class RealtimeSession {
  /** The configuration as the server tells it; null before it has. */
  text: string | null = null
  input: AudioFormat = PCM
  output: AudioFormat = PCM
  /** What the user says is also written down, in events of its own that may come late. */
  isTranscribed = false
  /** It only writes down: there are no responses. */
  isTranscription = false
  /** The server has heard somebody out, by its own judgement, and begins a response by itself. */
  isVoiced = false
  readonly heard = new PassingAudio()
  /** The server answers what it has heard out. */
  #answersVoices = true
  /** Asked for by the program, and not yet told of by the server; their audio may have gone another way (WebRTC). */
  #commitCount = 0
  #items: Item[] = []
  /** Said to be items by the program, not yet by the server. */
  #committed: Speech[] = []
  #chars = 0
  #dropped = 0
  #events: string[] = []

  constructor(url: string) {
    this.isTranscription = url.includes('intent=transcription')
  }

  /** Takes the configuration of `session.created` or `session.updated`. */
  configure(session: Fields): void {
    this.text = toJson(session, (name, value: unknown) => (name === 'client_secret' ? undefined : value))
    const audio = (session.audio ?? {}) as { readonly input?: Fields; readonly output?: Fields }
    this.input = formatOf(audio.input?.format ?? session.input_audio_format)
    this.output = formatOf(audio.output?.format ?? session.output_audio_format)
    const detection = audio.input?.turn_detection === undefined ? session.turn_detection : audio.input.turn_detection
    this.#answersVoices = detection !== null && (detection as Fields | undefined)?.create_response !== false
    this.isTranscribed = (audio.input?.transcription ?? session.input_audio_transcription ?? null) !== null
    if (session.type === 'transcription' || String(session.object).includes('transcription'))
      this.isTranscription = true
  }

  /** Something that happened beside the responses, with the time of it. */
  note(event: object): void {
    if (this.#events.length < MAX_EVENTS) this.#events.push(toJson({ ...event, at: Math.round(epochMs()) }))
  }

  /** An item that the program made. */
  addItem(item: unknown): void {
    this.#add(toJson(withoutAudio(item, this.input)))
  }

  /** What the program has let the server hear becomes an item: the program says so itself. */
  commit(): void {
    this.#commitCount++
    if (this.heard.bytes === 0) return
    const speech = this.#speak(null)
    this.#committed.push(speech)
  }

  /** The server has refused to make an item of it. */
  dropCommit(): void {
    this.#commitCount = Math.max(0, this.#commitCount - 1)
    const speech = this.#committed.shift()
    this.#items = this.#items.filter((item) => item !== speech)
  }

  /** The server has made an item of what it heard, as the program said or by its own judgement. */
  bind(id: string): Speech {
    if (this.#commitCount > 0) this.#commitCount--
    else this.isVoiced = this.#answersVoices
    const speech = this.#committed.shift() ?? this.#speak(null)
    speech.id = id
    return speech
  }

  /** What was said in an item that no response has taken yet. */
  speechOf(id: string): Speech | null {
    return this.#items.find((item): item is Speech => typeof item !== 'string' && item.id === id) ?? null
  }

  /** An event that belongs to an item of an earlier response: told with the next one. */
  addLate(event: Fields): void {
    const { event_id: _, ...rest } = event
    this.#add(toJson(rest))
  }

  /** The request of the next response, and what the user said in it. `isApart`: it has an input of its own and leaves the items. */
  take(response: string | null, isApart: boolean): { readonly text: string; readonly speeches: readonly Speech[] } {
    const items = isApart ? [] : this.#items
    const texts = this.#dropped > 0 && !isApart ? [toJson({ type: 'neatlogs.dropped', count: this.#dropped })] : []
    const speeches: Speech[] = []
    for (const item of items) {
      if (typeof item !== 'string') speeches.push(Object.assign(item, { index: texts.length }))
      texts.push(typeof item === 'string' ? item : textOf(item))
    }
    if (!isApart) {
      this.#items = []
      this.#chars = 0
      this.#dropped = 0
    }
    const events = this.#events
    this.#events = []
    const text = `{"session":${this.text ?? 'null'},"input":[${texts.join(',')}],"response":${response ?? 'null'}`
    return { text: `${text},"events":[${events.join(',')}]}`, speeches }
  }

  #speak(id: string | null): Speech {
    const speech = { id, audio: this.heard.take(this.input), words: null, index: 0 }
    if (!this.isTranscription) this.#add(speech)
    return speech
  }

  #add(item: Item): void {
    this.#items.push(item)
    this.#chars += charsOf(item)
    while (this.#chars > MAX_ITEM_CHARS && this.#items.length > 1) {
      this.#chars -= charsOf(this.#items.shift() as Item)
      this.#dropped++
    }
  }
}

function charsOf(item: Item): number {
  return typeof item === 'string' ? item.length : SPEECH_CHARS
}

/** What the user said as an item of the API, with what its audio was in the audio's place. */
export function textOf({ id, audio, words }: Speech): string {
  const content = [{ type: 'input_audio', audio, ...words }]
  return toJson({ ...(id === null ? {} : { id }), type: 'message', role: 'user', content })
}
