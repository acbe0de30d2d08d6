// The recorder of the process as every copy of neatlogs that is loaded finds it: one per thread. Main and user threads.
import type { FrameBody, FrameHead } from '../frame.ts'
import type { Sink } from '../openai/sinks.ts'
import type { Options } from '../options/options.ts'
import type { StartOptions } from '../options/start-options.ts'
import type { KeptSegments } from './kept-segments.ts'
import type { Recorder } from './recorder.ts'

const RECORDER = Symbol.for('neatlogs.recorder')
const HISTORY = Symbol.for('neatlogs.history')

/** The process's recorder as every copy of neatlogs finds it. */
export interface ProcessRecorder {
  /** False when nothing is to be recorded (`NEATLOGS_EXPORTER=none`, `NEATLOGS_DISABLED`). */
  readonly isOn: boolean
  readonly options: Options
  /** What `start()` was given: providers inherit it. */
  readonly given: StartOptions
  readonly recorder: Recorder | null
  readonly sink: Sink | null
  /** Calls that have begun here and not ended. */
  inFlight(): number
  /** Takes new options for the calls from now on; those in flight end under the old ones. Throws `ERR_NEATLOGS_OPTION`. */
  restart(given: StartOptions): ProcessRecorder
}

/** The recorder of this thread, or null when nobody has made one. */
export function knownRecorder(): ProcessRecorder | null {
  return ((globalThis as { [key: symbol]: unknown })[RECORDER] as ProcessRecorder | undefined) ?? null
}

/** Makes it the recorder of this thread, in the place of the one before. */
export function setRecorder(made: ProcessRecorder): void {
  Object.defineProperty(globalThis, RECORDER, { value: made, configurable: true, enumerable: false })
}

/** Who keeps the history of this thread's calls. */
export interface HistoryKeeper extends Pick<KeptSegments, 'add' | 'release'> {
  /** Takes a frame that is in no segment. Never throws. */
  append(head: FrameHead, body: FrameBody | undefined): void
}

/** The history of this thread: there once `neatlogs` is imported, so that a preload alone keeps nothing. */
export function knownHistory(): HistoryKeeper | undefined {
  return (globalThis as { [key: symbol]: unknown })[HISTORY] as HistoryKeeper | undefined
}

/** Makes it the history of this thread. */
export function setHistory(made: HistoryKeeper): void {
  Object.defineProperty(globalThis, HISTORY, { value: made, configurable: true, enumerable: false })
}
