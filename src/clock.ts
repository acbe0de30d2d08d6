// Clock readings and time-ordered ids of a call. Leaf, hot path of the main thread.

import { monotonicMs, wallMs } from './originals.ts'

export { monotonicMs } from './originals.ts'

/** Wall clock and monotonic clock may part by this much (a set clock, a suspended laptop) before the base is renewed. */
const MAX_DRIFT_MS = 50
const POOL_BYTES = 4096
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Node's own, where the program has replaced the global one: it knows the time of day by the microsecond. */
const { performance: exact } = process.getBuiltinModule('node:perf_hooks')
let epochBaseMs = exact.timeOrigin + exact.now() - monotonicMs()
let pool: Uint8Array | null = null
let poolAt = POOL_BYTES
let lastMs = 0
/** What an id made in `lastMs` begins with. */
let timeText = ''
let sequence = 0

/** Epoch milliseconds with a fraction: steady between calls, and right again after the wall clock was set. */
export function epochMs(): number {
  const wall = wallMs()
  const steady = epochBaseMs + monotonicMs()
  if (Math.abs(wall - steady) <= MAX_DRIFT_MS) return steady
  epochBaseMs = wall - monotonicMs()
  return wall
}

/**
 * Makes a UUIDv7 (RFC 9562): 48 bits of time, a 12-bit sequence within the millisecond, 62 random bits. Randomness is
 * node:crypto's, not Math.random: a program that seeds or counts Math.random must not notice us, nor make two ids equal.
 * Loaded with the first id: it costs a preload 1.5 to 5 ms.
 */
export function uuid7(atMs: number): string {
  if (poolAt + 9 > POOL_BYTES) {
    pool ??= new Uint8Array(POOL_BYTES)
    process.getBuiltinModule('node:crypto').randomFillSync(pool)
    poolAt = 0
  }
  const random = pool as Uint8Array
  const ms = Math.floor(atMs)
  if (ms !== lastMs) {
    lastMs = ms
    const time = ms.toString(16).padStart(12, '0')
    timeText = `${time.slice(0, 8)}-${time.slice(8)}-`
    sequence = (random[poolAt + 8] as number) << 2
  } else sequence = (sequence + 1) & 0xfff
  const at = poolAt
  poolAt += 9
  const variant = HEX[((random[at] as number) & 0x3f) | 0x80] as string
  const seq = `${HEX[0x70 | (sequence >> 8)]}${HEX[sequence & 0xff]}`
  let text = `${timeText}${seq}-${variant}${HEX[random[at + 1] as number]}-`
  for (let index = 2; index < 8; index++) text += HEX[random[at + index] as number]
  return text
}
