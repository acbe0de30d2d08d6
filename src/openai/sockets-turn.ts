// One response of a Realtime session under way: its audio as it passes, and its end, which may wait a little for what the user said.
// Main thread.

import { monotonicMs } from '../clock.ts'
import { clearTimeout, outside, setTimeout, toJson } from '../originals.ts'
import { flushPart } from './call.ts'
import { noteEnd } from './call-end.ts'
import { guarded } from './guard.ts'
import type { Call } from './open-calls.ts'
import { type AudioFormat, PassingAudio } from './sockets-audio.ts'
import { addEvent, endNoted, endSocketCall, type SocketFacts } from './sockets-call.ts'
import type { Speech } from './sockets-session.ts'

type Event = { readonly [field: string]: unknown }

export interface Turn {
  readonly call: Call
  /** What the user said in its request. */
  readonly speeches: readonly Speech[]
  /** Audio of each part of its output, by item and index. */
  readonly audio: Map<string, { readonly place: Event; readonly passing: PassingAudio }>
  /** `event_id` of the `response.create` that asked for it. */
  readonly eventId: string | null
  /** What it was labelled with, as a text to compare. */
  readonly metadata: string
  /** It was asked for beside the conversation. */
  readonly isApart: boolean
  /** It is over, and waits for transcripts. */
  hold: { readonly timer: NodeJS.Timeout; readonly awaited: Set<Speech> } | null
}

/**
 * How long a response that is over waits for what the user had said: the words are written down beside it, as a rule within a second. Below
 * the ten seconds after which the sweep closes what has ended.
 */
const TRANSCRIPT_GRACE_MS = 8000

/** Takes a piece of the response's audio. */
export function addAudio(turn: Turn, event: Event, base64: string): void {
  const key = `${String(event.item_id)}:${String(event.content_index)}`
  let part = turn.audio.get(key)
  if (part === undefined) {
    const { response_id, item_id, output_index, content_index } = event
    part = { place: { response_id, item_id, output_index, content_index }, passing: new PassingAudio() }
    turn.audio.set(key, part)
    // The first word is what the user waits for.
    turn.call.answer.firstAtMs ??= monotonicMs()
  }
  part.passing.add(base64)
}

/** Tells, as events of ours, what audio the response had. */
export function takeAudio(turn: Turn, format: AudioFormat): void {
  for (const { place, passing } of turn.audio.values()) {
    const { chunks } = passing
    addEvent(turn.call, toJson({ type: 'neatlogs.audio', ...place, chunks, audio: passing.take(format) }), true)
  }
  turn.audio.clear()
}

/** Ends the call of a response that is over, at once or when what is awaited has come; the time of its end is now. */
export function finishTurn(facts: SocketFacts, turn: Turn, awaited: Set<Speech>): void {
  if (awaited.size === 0) {
    endSocketCall(facts, turn.call, 'ok')
    return
  }
  noteEnd(turn.call, 'ok')
  flushPart(turn.call)
  const end = (): void => void guarded('socket_end', () => endHeld(facts, turn))
  turn.hold = { awaited, timer: outside(() => setTimeout(end, TRANSCRIPT_GRACE_MS).unref()) }
}

/** Ends a call that waited. */
export function endHeld(facts: SocketFacts, turn: Turn): void {
  if (turn.hold === null) return
  clearTimeout(turn.hold.timer)
  endNoted(facts, turn.call)
}
