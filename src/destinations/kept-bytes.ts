// Deliver: memory outside of V8's heap that is used again: for what waits for its request, and for requests. Pure, worker thread. V8 counts such memory
// as it counts its own: what is left to it to free makes it collect the whole heap, and with it goes machine code that nobody holds.
import { FreeMemory } from '../free-memory.ts'

const SHARED_BYTES = 64 * 1024
/** More than this has memory of its own. */
const MOST_SHARED_BYTES = SHARED_BYTES / 4
/** A piece leaves at most so much of its memory unused. */
const MOST_TIMES = 4
const LEAST_REQUEST_BYTES = 64 * 1024
/** What a program at full speed has on its way, as long as its answers come soon. */
const slabs = new FreeMemory(32 * SHARED_BYTES)
/** The pieces of three requests and three requests, as large as those of calls of 50 KB are. */
const large = new FreeMemory(6 * 1024 * 1024)
const requests = new FreeMemory(6 * 1024 * 1024)

/** A hundred pieces share one: an array buffer for each would cost as much as writing it. */
export interface Shared {
  readonly memory: Buffer
  /** Pieces that are not given back. */
  pieces: number
}

/** A place in shared memory: a view of it would be an old object of V8's for each. It moves when it is to wait alone. */
export interface KeptBytes {
  shared: Shared
  begin: number
  end: number
}

let shared: Shared = { memory: slabs.take(SHARED_BYTES), pieces: 0 }
let used = 0

/** Memory for so many bytes, which are to be written at once. */
export function keepBytes(size: number): KeptBytes {
  if (size > MOST_SHARED_BYTES) return { shared: { memory: large.take(size), pieces: 1 }, begin: 0, end: size }
  if (used + size > SHARED_BYTES) {
    shared = { memory: slabs.take(SHARED_BYTES), pieces: 0 }
    used = 0
  }
  used += size
  shared.pieces++
  return { shared, begin: used - size, end: used }
}

/** Nobody will look at these bytes again. What is never given back is V8's to free. */
export function giveBack({ shared: of }: KeptBytes): void {
  if (--of.pieces > 0 || of === shared) return
  const { length } = of.memory
  if (length === SHARED_BYTES) slabs.give(of.memory)
  else if (length > MOST_SHARED_BYTES) large.give(of.memory)
}

/** What may wait for long has memory of its own: one record that a server fails over would keep a hundred times its size. */
export function keepAlone(kept: KeptBytes): void {
  const { shared: of, begin, end } = kept
  if (of.memory.length <= (end - begin) * MOST_TIMES) return
  const memory = Buffer.allocUnsafeSlow(end - begin)
  of.memory.copy(memory, 0, begin, end)
  giveBack(kept)
  kept.shared = { memory, pieces: 1 }
  kept.begin = 0
  kept.end = memory.length
}

/** Memory for a request of about so many bytes. */
export function requestMemory(bytes: number): Buffer {
  return requests.take(Math.max(bytes, LEAST_REQUEST_BYTES))
}

/** A request that began in such memory has been answered, or will never be sent. */
export function giveRequestBack({ buffer }: Uint8Array): void {
  if (buffer.byteLength >= LEAST_REQUEST_BYTES) requests.give(Buffer.from(buffer))
}
