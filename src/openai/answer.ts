// The bytes of an answer between the tap and the spool: copied once into one buffer (a socket's slab is not kept alive),
// given to a frame at 64 KiB, every second (the sweep of tap.ts), or at the end. Main thread, hot path per chunk.
import { monotonicMs } from '../clock.ts'
import type { FrameBody } from '../frame.ts'

/** A part frame is due at this size: one write of it costs about as much as the copy. */
export const PART_BYTES = 64 * 1024
/** Bytes kept of one answer; what comes after is counted. Nothing an inference endpoint sends is near it. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024
const FIRST_BYTES = 4096
/** Buffers are used again: one for each call is most of what the garbage collector would have to do for us. */
const MAX_POOLED = 32
const pool: Buffer[] = []
/** Of this many first pieces the time is noted, of later ones only when this much later: the first token is rarely behind them. */
const EXACT_MARKS = 16
const MAX_MARKS = 64
const MARK_GROWTH = 1.1
/** A short piece that begins with a colon is a comment, which keeps a connection alive: no answer is in it. */
const COLON = 58
const COMMENT_BYTES = 64

/** Collects the bytes of one attempt's answer. */
export class Answer {
  firstAtMs: number | null = null
  cutBytes = 0
  #buffer: Buffer | null = null
  #length = 0
  #taken = 0
  #whole: string | Uint8Array | undefined
  #marks: number[] | null = null

  /** Copies one chunk. Returns true when a part frame is due. */
  push(chunk: Uint8Array): boolean {
    if (this.firstAtMs === null || this.#marks === null || this.#marks.length < MAX_MARKS * 2) this.#mark(chunk)
    if (this.#taken + this.#length + chunk.byteLength > MAX_ANSWER_BYTES) {
      this.cutBytes += chunk.byteLength
      return false
    }
    this.#reserve(chunk.byteLength)
    ;(this.#buffer as Buffer).set(chunk, this.#length)
    this.#length += chunk.byteLength
    return this.#length >= PART_BYTES
  }

  /** Offsets of the first pieces and when they came, milliseconds since `t0`, in turns; undefined when all came with the first byte. */
  marksSince(t0: number): readonly number[] | undefined {
    const marks = this.#marks
    if (marks === null || (marks.length === 2 && marks[1] === this.firstAtMs)) return undefined
    return marks.map((value, at) => (at % 2 === 0 ? value : Math.round((value - t0) * 100) / 100))
  }

  #mark(chunk: Uint8Array): void {
    const now = monotonicMs()
    this.firstAtMs ??= now
    this.#marks ??= []
    const marks = this.#marks
    if (chunk[0] === COLON && chunk.byteLength <= COMMENT_BYTES) return
    const lastMs = marks[marks.length - 1] ?? 0
    if (marks.length >= EXACT_MARKS * 2 && now - this.firstAtMs < (lastMs - this.firstAtMs) * MARK_GROWTH) return
    marks.push(this.#taken + this.#length, now)
  }

  /** The whole body as the program got it: text or bytes. */
  setWhole(body: string | Uint8Array): void {
    this.firstAtMs ??= monotonicMs()
    this.#whole = body
    this.#length = 0
  }

  /** Bytes that wait for a frame. */
  get pendingBytes(): number {
    return this.#length
  }

  /** Takes what waits, as the raw bytes of a frame; undefined when nothing does. */
  take(): FrameBody | undefined {
    if (this.#whole !== undefined) {
      const whole = this.#whole
      this.#whole = undefined
      return whole
    }
    if (this.#length === 0 || this.#buffer === null) return undefined
    const bytes = this.#buffer.subarray(0, this.#length)
    this.#taken += this.#length
    this.#length = 0
    return bytes
  }

  /** Puts back the end of what `take` gave, before anything is pushed: it goes with what comes next. */
  putBack(bytes: Uint8Array | null): void {
    if (bytes === null) return
    this.#taken -= bytes.byteLength
    this.#reserve(bytes.byteLength)
    ;(this.#buffer as Buffer).set(bytes, this.#length)
    this.#length += bytes.byteLength
  }

  /** Forgets what a former attempt had answered. */
  clear(): void {
    this.#length = 0
    this.#taken = 0
    this.cutBytes = 0
    this.#whole = undefined
    this.#marks = null
    this.#taken = 0
    this.firstAtMs = null
  }

  /** Gives the buffer back. Nothing that `take` gave may be used after it. */
  release(): void {
    if (this.#buffer !== null && pool.length < MAX_POOLED && this.#buffer.byteLength <= PART_BYTES * 2)
      pool.push(this.#buffer)
    this.#buffer = null
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (this.#buffer !== null && this.#buffer.byteLength >= needed) return
    let size = this.#buffer?.byteLength ?? FIRST_BYTES
    while (size < needed) size *= 2
    const pooled = this.#buffer === null ? pool.pop() : undefined
    const grown = pooled !== undefined && pooled.byteLength >= needed ? pooled : Buffer.allocUnsafeSlow(size)
    if (this.#buffer !== null) grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}
