// Leaf: buffers that are used again. What is left to V8 to free counts as its own memory, and makes it collect the whole heap: with texts of 1 MB after
// every second call. Worker.

/** What is taken is at most so many times as large as what was asked for. */
const MOST_TIMES = 4
/** Sizes are rounded up to it, so that what one call needed fits the next. */
const STEP_BYTES = 16 * 1024

/** Keeps what is given back, up to so many bytes; the rest is V8's to free. */
export class FreeMemory {
  readonly #mostBytes: number
  readonly #free: Buffer[] = []
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** A whole buffer of at least so many bytes. What it holds is another's. */
  take(size: number): Buffer {
    for (let index = this.#free.length - 1; index >= 0; index--) {
      const memory = this.#free[index] as Buffer
      if (memory.length < size || memory.length > size * MOST_TIMES) continue
      const last = this.#free.pop() as Buffer
      if (last !== memory) this.#free[index] = last
      this.#bytes -= memory.length
      return memory
    }
    return Buffer.allocUnsafeSlow(Math.ceil(size / STEP_BYTES) * STEP_BYTES)
  }

  /** Nobody will look at it again. */
  give(memory: Buffer): void {
    if (this.#bytes + memory.length > this.#mostBytes) return
    this.#free.push(memory)
    this.#bytes += memory.length
  }
}
