// A branch of an answer: one web stream as the program reads it; `tee` and `clone` make several of one answer. Main thread, hot
// path per chunk.
import type { Observer } from './observer.ts'

export interface Pull {
  readonly done?: boolean
  readonly value?: Uint8Array | undefined
}

/** Branches of one answer (`tee`, `clone`): a chunk counts when the first branch gets it, leaving when the last one leaves. */
export interface Branches {
  read: number
  left: number
  readonly count: number
}

/** One stream as it is read. */
export class Branch {
  #read = 0
  #isOver = false
  readonly observer: Observer
  readonly #branches: Branches

  constructor(observer: Observer, branches: Branches) {
    this.observer = observer
    this.#branches = branches
  }

  readonly onResult = (result: Pull): Pull => {
    if (this.#isOver) return result
    if (result.done) {
      this.#isOver = true
      this.observer.end()
      return result
    }
    this.#read++
    if (this.#read <= this.#branches.read) return result
    this.#branches.read = this.#read
    if (result.value !== undefined) this.observer.chunk(result.value)
    return result
  }

  readonly onError = (error: unknown): never => {
    this.failed(error)
    throw error
  }

  failed(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.observer.fail(error)
  }

  /** One reaction, chained: an unhandled rejection stays the program's. */
  watch(pulled: Promise<Pull>): Promise<Pull> {
    return pulled.then(this.onResult, this.onError)
  }

  left(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#branches.left++
    if (this.#branches.left >= this.#branches.count) this.observer.leave()
  }

  detach(): void {
    this.#isOver = true
  }
}
