// Calls whose answer nobody has begun to read: what is known of them goes to disk, and only an id stays, with a token that what can be read of the
// answer holds. In: open calls. Out: `part` frames with the head of an answer; `close` frames when the token is collected. Main thread.
import { monotonicMs, wallMs } from '../originals.ts'
import { maskAttempts, maskHeaders } from './answer-mask.ts'
import { noteFailure } from './guard.ts'
import { type Call, Chain, emit, emitTo, openCalls, type Parked } from './open-calls.ts'
import { countReturning, mayComeBack, tellWhenQuiet } from './quiet.ts'

/** Who wants an answer asks for it in the turn that gives it. */
const PARK_MS = 100
/** An answer that nobody has read for this long ends as `incomplete`. */
export const UNREAD_LIMIT_MS = 10 * 60_000

/** Oldest first. */
const parked = new Chain<Parked>()
const collected = new FinalizationRegistry<Parked>((one) => {
  try {
    end(one)
  } catch (error) {
    noteFailure('parked', error)
  }
})

/** Parks each open call whose answer has waited long enough. */
export function parkUnread(): void {
  const now = wallMs()
  for (const call of openCalls) {
    const isLate = call.settled && now - call.idleSince >= PARK_MS && !call.closed
    if (!isLate || call.ended !== null || call.parsingCount > 0 || call.grace !== null) continue
    const token = call.watcher?.unasked() ?? null
    if (token !== null) park(call, token)
  }
}

function park(call: Call, token: object): void {
  maskAttempts(call)
  const { attempts, headers, legs, t0 } = call
  const status = attempts.at(-1)?.status ?? null
  const known = {
    attempts,
    ...(status === null ? {} : { httpStatus: status }),
    ...(headers === undefined ? {} : { headers: maskHeaders(call, headers) }),
  }
  emit(call, ({ id }) => ({ t: 'part', id, attempt: attempts.length - 1, known }), undefined)
  const mayReturn = mayComeBack(call)
  let also: Parked | null = null
  for (const { sink, id } of legs) {
    also = { sink, id, t0, mayReturn, isOver: false, also, before: null, after: null }
    parked.add(also)
    if (mayReturn) countReturning(1)
  }
  call.parked = also
  openCalls.delete(call)
  if (also !== null) collected.register(token, also)
}

/** Somebody reads it after all, or it ends: the call is as it was. One that has been given up meanwhile is closed. */
export function unpark(call: Call): void {
  const one = call.parked
  if (one === null) return
  call.parked = null
  if (one.isOver) call.closed = true
  else openCalls.add(call)
  forget(one)
}

/** True while calls are parked. Ends those that nobody has read for too long. */
export function sweepParked(): boolean {
  const endedBefore = monotonicMs() - UNREAD_LIMIT_MS
  for (let one = parked.first; one !== null && one.t0 < endedBefore; one = parked.first) end(one)
  return parked.size > 0
}

/** At exit. */
export function closeParked(): void {
  for (let one = parked.first; one !== null; one = parked.first) end(one)
}

function end(first: Parked): void {
  const isOver = first.isOver
  forget(first)
  const ms = monotonicMs() - first.t0
  for (let one: Parked | null = isOver ? null : first; one !== null; one = one.also)
    emitTo(one.sink, { t: 'close', id: one.id, status: 'incomplete', ms, attempts: [] }, undefined)
}

function forget(first: Parked): void {
  for (let one: Parked | null = first; one !== null && !one.isOver; one = one.also) {
    one.isOver = true
    parked.delete(one)
    if (one.mayReturn) countReturning(-1)
  }
  tellWhenQuiet()
}
