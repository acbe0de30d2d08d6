// Bodies that cost too much to parse: V8 ends the whole program, not only the worker, when one `JSON.parse` needs more than the
// worker's heap (18 MB of `{},` did on Node 20 and 24). In: raw bytes. Out: whether, and what of a stream can be. Worker.

/** A smaller body never costs too much: 1 MiB of `{},` takes 45 MB. */
export const LARGE_BYTES = 1024 * 1024
/**
 * Request and answer together stay below the worker's heap of 256 MB (src/spool/shipper-thread.ts): bodies at this limit, of any
 * shape, made it 40 to 140 MB large. A stream of 60,000 usual chunks is below its limit.
 */
const MAX_COST_BYTES = 64 * 1024 * 1024
const MAX_STREAM_COST_BYTES = 2 * MAX_COST_BYTES
/** Of a stream that is too long its last events are decoded too. */
const TAIL_BYTES = 1024 * 1024
const QUOTE = 34
const BACKSLASH = 92
const LINE_FEED = 10
const CARRIAGE_RETURN = 13
/** Heap bytes that follow from a character outside of strings: objects and arrays, their fields and items. */
const COST = new Uint8Array(128)
for (const [character, bytes] of Object.entries({ '{': 96, '[': 64, ':': 64, ',': 24 })) {
  COST[character.charCodeAt(0)] = bytes
}
/** Two of them end an event of a stream, which is an object of ours. */
const LINE_COST = 64
/** Without state: whole texts only. */
const UTF8 = new TextDecoder()

export function decodeUtf8(bytes: Uint8Array): string {
  return UTF8.decode(bytes)
}

/** True when the text of these bytes and what JSON makes of it may need more memory than the worker has for it. */
export function isOversize(bytes: Uint8Array): boolean {
  return bytes.byteLength >= LARGE_BYTES && affordable(bytes, MAX_COST_BYTES) < bytes.byteLength
}

/** The same for a whole stream of events. */
export function isLongStream(bytes: Uint8Array): boolean {
  return bytes.byteLength >= LARGE_BYTES && affordable(bytes, MAX_STREAM_COST_BYTES) < bytes.byteLength
}

/** How many of the first bytes can be parsed at this cost. */
function affordable(bytes: Uint8Array, maxCost: number): number {
  // A text and the strings that are made of it: one byte for a character, two as soon as one character is not Latin.
  let perByte = 2
  let cost = 0
  let inString = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte > 127) perByte = 4
    else if (byte === QUOTE) inString = !inString
    // No JSON string holds a line end: what an unpaired quote opened ends here, for the parser as for us.
    else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
      inString = false
      cost += LINE_COST
    } else if (!inString) cost += COST[byte] as number
    else if (byte === BACKSLASH && (bytes[at + 1] === QUOTE || bytes[at + 1] === BACKSLASH)) at++
    if (cost + at * perByte > maxCost) return at
  }
  return bytes.length * perByte + cost > maxCost ? bytes.length - 1 : bytes.length
}

export interface StreamEnds {
  /** Whole events each; the head is empty when not even the first event can be parsed. */
  readonly head: Uint8Array
  readonly tail: Uint8Array
  /** Events between them. */
  readonly skippedCount: number
}

/** Begin and end of a stream of server-sent events, as much as can be parsed. */
export function cutStream(bytes: Uint8Array): StreamEnds {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const lineEnd = all.subarray(0, TAIL_BYTES).includes('\r\n\r\n') ? '\r\n\r\n' : '\n\n'
  const headEnd = lastBoundary(all.subarray(0, affordable(all, MAX_STREAM_COST_BYTES)), lineEnd)
  const tailStart = all.indexOf(lineEnd, Math.max(headEnd, all.length - TAIL_BYTES))
  const tailAt = tailStart < 0 ? all.length : tailStart + lineEnd.length
  const tail = all.subarray(tailAt)
  return {
    head: all.subarray(0, headEnd),
    tail: isOversize(tail) ? all.subarray(all.length) : tail,
    skippedCount: countOf(all.subarray(headEnd, tailAt), lineEnd),
  }
}

function lastBoundary(bytes: Buffer, lineEnd: string): number {
  const at = bytes.lastIndexOf(lineEnd)
  return at < 0 ? 0 : at + lineEnd.length
}

function countOf(bytes: Buffer, lineEnd: string): number {
  let count = 0
  for (let at = bytes.indexOf(lineEnd); at >= 0; at = bytes.indexOf(lineEnd, at + lineEnd.length)) count++
  return count
}
