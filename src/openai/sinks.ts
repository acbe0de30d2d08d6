// Who listens: the preload's spool and each provider of the programmatic API. One list per process thread, shared by every
// copy of neatlogs that is loaded, so that a class patched by one copy serves the others too. Main thread.
import type { Append, FrameContext } from '../frame.ts'

/** Receives the frames of calls. A call's frames go to the sinks that were there when it began. */
export interface Sink {
  readonly append: Append
  /** False: only the inference endpoints. */
  readonly captureAll: boolean
  /** Read once per call at its begin; undefined when the lane's own facts are all there is. */
  context?(): FrameContext | undefined
  /** Told about an error that a call of this sink ended with. */
  onError?(error: unknown): void
}

const REGISTRY = Symbol.for('neatlogs.sinks')

/** The thread's sinks: replaced, never changed in place, so that a call may keep the array it began with. */
export function currentSinks(): readonly Sink[] {
  return ((globalThis as { [key: symbol]: unknown })[REGISTRY] as readonly Sink[] | undefined) ?? []
}

export function addSink(sink: Sink): void {
  setSinks([...currentSinks(), sink])
}

export function removeSink(sink: Sink): void {
  setSinks(currentSinks().filter((other) => other !== sink))
}

function setSinks(sinks: readonly Sink[]): void {
  Object.defineProperty(globalThis, REGISTRY, { value: sinks, configurable: true, writable: true, enumerable: false })
}
