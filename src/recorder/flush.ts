// What became of the calls of a recorder, and waiting for it. In: the doorbell. Out: counts. Main thread.
import { monotonicMs, setTimeout } from '../originals.ts'
import type { Bell } from '../spool/bell.ts'

const FLUSH_POLL_MS = 20

export interface FlushResult {
  /** Calls of this process that the destination has taken. */
  readonly delivered: number
  /** Calls that are on disk, or in memory where there is no disk, and not taken yet. */
  readonly pending: number
  /** Calls that were lost (no disk and no memory, or beyond the cap), plus those the destination refused for good. */
  readonly dropped: number
  /** Calls recorded without content, because the program's `redact` function failed. */
  readonly contentDropped: number
}

/** Reads the counts of a recorder from its doorbell. */
export function readStats(bell: Bell): Omit<FlushResult, 'contentDropped'> {
  const delivered = bell.read('delivered')
  const rejected = bell.read('rejected')
  const dropped = bell.read('dropped')
  const settled = delivered + rejected + dropped + bell.read('skipped')
  return { delivered, pending: Math.max(0, bell.read('appended') - settled), dropped: dropped + rejected }
}

/** Asks the shipper to deliver all there is; resolves when it has, has given up for now, or after `timeoutMs`. */
export async function waitForDrain(bell: Bell, timeoutMs: number, keepsProcess = true): Promise<void> {
  const asked = bell.askDrain()
  const untilMs = monotonicMs() + timeoutMs
  while (bell.read('drainDone') < asked && monotonicMs() < untilMs) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, FLUSH_POLL_MS)
      if (!keepsProcess) timer.unref()
    })
  }
}
