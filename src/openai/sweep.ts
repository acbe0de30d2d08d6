// Step 4, tap: what happens to answers without anybody reading them: part frames of stalled streams, calls whose answer is collected, never read, or
// late to be sent again. In: open calls. Out: their frames. Main thread.
import { clearInterval, monotonicMs, outside, setImmediate, setInterval, wallMs } from '../originals.ts'
import { flushPart } from './call.ts'
import { closeCall, closeEnded, endAnswer } from './call-end.ts'
import { guarded, noteFailure } from './guard.ts'
import { type Call, openCalls } from './open-calls.ts'
import { closeParked, parkUnread, sweepParked, UNREAD_LIMIT_MS } from './parked.ts'

/** An aborted body of openai ≥ 7 may be its body timeout, which re-sends after at most 8 s: the end waits for that. */
export const RESEND_GRACE_MS = 10_000
const SWEEP_MS = 1000
/** Calls whose answer nobody reads are looked for this often while others are made. */
const PARK_EVERY_MS = 100

const collected = new FinalizationRegistry<() => void>((close) => close())
let sweeper: NodeJS.Timeout | null = null

/** Looks after open answers, every second, until none is open. */
export function sweepOpenCalls(): void {
  sweeper ??= outside(() => setInterval(sweep, SWEEP_MS).unref())
}

let nextParkingMs = 0
let isParkingPlanned = false

/** Between two turns of the program, when its oldest open call has been open for a while. Whatever waits longer is found by the sweep. */
export function planParking(): void {
  const { first } = openCalls
  const now = monotonicMs()
  if (isParkingPlanned || first === null || now < nextParkingMs || now - first.t0 < PARK_EVERY_MS) return
  isParkingPlanned = true
  nextParkingMs = now + PARK_EVERY_MS
  outside(() => setImmediate(parkNow))
}

function parkNow(): void {
  isParkingPlanned = false
  guarded('park', () => parkUnread())
}

/** Ends a call as it was noted to have ended, from a timer. */
export function closeLate(call: Call): void {
  try {
    closeEnded(call)
  } catch (failure) {
    noteFailure('tap_end', failure)
  }
}

function sweep(): void {
  parkNow()
  const hasParked = sweepParked()
  const now = wallMs()
  for (const call of openCalls) {
    if (!call.settled) continue
    watchCollection(call)
    if (call.ended !== null) {
      // Parsing takes no time, and sending again at most 8 s: the SDK has lost it.
      if (monotonicMs() - call.t0 - call.ended.ms > RESEND_GRACE_MS) closeLate(call)
    } else if (call.answer.pendingBytes > 0) {
      call.idleSince = now
      flushPart(call)
      // A thousand open streams need no thousand buffers.
      if (call.answer.pendingBytes === 0) call.answer.release()
    } else if (now - call.idleSince > UNREAD_LIMIT_MS) {
      const attempt = call.attempts.at(-1)
      if (attempt) endAnswer(call, attempt, 'incomplete')
    }
  }
  if (openCalls.size > 0 || hasParked) return
  if (sweeper !== null) clearInterval(sweeper)
  sweeper = null
}

/**
 * An answer that the program has let go, read or unread, ends its call. Registered when it is still open after a second: most
 * answers have ended by then, and registering costs as much as the rest of the tap. What is registered is our own watcher, which whatever can be
 * read of the answer holds: V8 keeps what is registered until a full collection, and a response with its body is a hundred times as large.
 */
function watchCollection(call: Call): void {
  const { watcher } = call
  const attempt = call.attempts.at(-1)
  if (watcher === null || attempt === undefined) return
  call.watcher = null
  collected.register(watcher, () => endAnswer(call, attempt, 'incomplete'))
}

/** At exit: what is open ends with what arrived. */
export function closeOpenCalls(): void {
  closeParked()
  for (const call of openCalls) {
    call.settled = true
    if (call.ended !== null) closeLate(call)
    else if (call.attempts.length > 0) closeCall(call, 'incomplete')
  }
}
