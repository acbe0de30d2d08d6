// Whether calls may still come back through the wrapped methods, and who waits for that to end: they are taken off a class only then. In: calls
// that have got further or ended. Main thread, hot path: one comparison, unless somebody waits.
import { type Call, letGoOfRequest, openCalls } from './open-calls.ts'

/** An answer that is no stream, of an openai that sends again when its body is late. */
export function mayComeBack(call: Call): boolean {
  const isStream = call.headers?.['content-type']?.includes('event-stream') === true
  return !isStream && 'parseResponseWithTimeout' in call.client
}

/** Takes a call that has ended from the list. */
export function leave(call: Call): void {
  openCalls.delete(call)
  letGoOfRequest(call)
  tellWhenQuiet()
}

let onQuiet: (() => void) | null = null
let returningCount = 0

/** Of calls that are in no list, because nobody reads their answers: so many more may come back. */
export function countReturning(change: 1 | -1): void {
  returningCount += change
}

/** Says whether a call still has to come back through the wrapped methods: for its next attempt, or to be sent again (openai ≥ 7). */
export function isQuiet(): boolean {
  if (returningCount > 0) return false
  for (const call of openCalls) {
    if (call.seen === 'wire') continue
    if (!call.settled || mayComeBack(call)) return false
  }
  return true
}

/** Calls back once, as soon as `isQuiet`. A second listener replaces the first. */
export function whenQuiet(work: () => void): void {
  onQuiet = work
  tellWhenQuiet()
}

/** A call has got further: one comparison, unless somebody waits. */
export function tellWhenQuiet(): void {
  if (onQuiet === null || !isQuiet()) return
  const work = onQuiet
  onQuiet = null
  work()
}
