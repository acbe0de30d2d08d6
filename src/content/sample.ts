// Sampling by trace, so that a trace is whole or absent on every machine. Pure, worker thread. Errors are kept by the caller.
import { createHash } from 'node:crypto'

const SPAN = 2 ** 48

/** Says whether the records of a trace are kept. `rate`: 0 to 1, the share of traces kept. The same id always gives the same. */
export function keepTrace(traceId: string, rate: number): boolean {
  if (rate >= 1) return true
  if (!(rate > 0)) return false
  return createHash('sha256').update(traceId).digest().readUIntBE(0, 6) < rate * SPAN
}
