// Deliver: one line per record on the program's standard output. Worker thread. `process.stdout` of a worker goes through the main
// thread, which may be busy or gone: the descriptor is written itself.
import { writeSync } from 'node:fs'
import type { Destination, Outcome } from './destination.ts'
import { encodeLine } from './line.ts'

const STDOUT = 1
const MAX_BATCH_BYTES = 1024 * 1024
const MAX_BATCH_COUNT = 512
/** The program's pipe does not block: when it is full, this long between tries, and this long in all. */
const WAIT_MS = 5
const WAIT_TOTAL_MS = 1000

/** Writes some of the bytes and says how many. */
export type WriteBytes = (bytes: Uint8Array) => number

/** Opens the standard output. `write` is for tests. */
export function openStdout(write: WriteBytes = (bytes) => writeSync(STDOUT, bytes)): Destination {
  const written = new Set<string>()
  // Rest of a line of which the begin is out: it must go before anything else does.
  let rest: Uint8Array = new Uint8Array()
  const flush = (): void => {
    for (let waitedMs = 0; rest.length > 0; ) {
      const count = writeSome(write, rest)
      rest = rest.subarray(count)
      if (count > 0) continue
      if (waitedMs >= WAIT_TOTAL_MS) throw new Error('standard output is not read')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS)
      waitedMs += WAIT_MS
    }
  }
  return {
    name: 'stdout',
    fingerprint: 'stdout',
    maxBatchBytes: MAX_BATCH_BYTES,
    maxBatchCount: MAX_BATCH_COUNT,
    warnings: [],
    send: async (records): Promise<Outcome> => {
      try {
        flush()
        for (const record of records) {
          if (written.has(record.id)) continue
          rest = Buffer.from(encodeLine(record))
          written.add(record.id)
          flush()
        }
      } catch (error) {
        const outcome = giveUp(error)
        if (outcome.kind === 'rejected') written.clear()
        return outcome
      }
      for (const { id } of records) written.delete(id)
      return { kind: 'delivered' }
    },
    close: () => {},
  }
}

/** Returns 0 when the pipe is full. */
function writeSome(write: WriteBytes, bytes: Uint8Array): number {
  try {
    return write(bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0
    throw error
  }
}

function giveUp(error: unknown): Outcome {
  const { code } = error as NodeJS.ErrnoException
  // The reader is gone (`| head`) or the descriptor closed: it does not come back.
  if (code === 'EPIPE' || code === 'EBADF') {
    return { kind: 'rejected', status: null, answer: `standard output: ${code}`, mayPassSplit: false }
  }
  return { kind: 'retry', afterMs: null, reason: String(error) }
}
