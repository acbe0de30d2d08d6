// Step 4, tap: what a tap tells of an answer as the program reads it, whatever kind of body it watches. Main thread.

/** What the taps tell; every method is safe to call at any time, in any order, more than once. */
export interface Observer {
  /** Somebody begins to read. */
  ask(): void
  chunk(bytes: Uint8Array): void
  whole(body: string | Uint8Array): void
  end(): void
  leave(): void
  fail(error: unknown): void
}
