// Deliver: the protobuf wire format, as far as OTLP traces need it. Pure, worker thread. https://protobuf.dev/programming-guides/encoding/
// Bytes are written from the end to the start, so that the length of a nested message is known when it is announced.

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5
const FIRST_CAPACITY = 16 * 1024
/** Up to here 32-bit shifts are exact; tags and lengths never pass it. */
const INT31_MAX = 2 ** 31 - 1

/** Writes fields last to first: what is written second stands before what was written first. */
export interface ProtoWriter {
  /** A `number` must be 0 or more; a negative integer goes in as `bigint`. */
  varint(field: number, value: number | bigint): void
  fixed64(field: number, value: bigint): void
  double(field: number, value: number): void
  text(field: number, value: string): void
  hex(field: number, value: string): void
  /** Writes a nested message: `write` fills it, its length and tag follow. */
  message(field: number, write: () => void): void
  finish(): Uint8Array
}

/** Starts a message. */
export function protoWriter(): ProtoWriter {
  let buffer = Buffer.allocUnsafe(FIRST_CAPACITY)
  let start = buffer.length
  const reserve = (size: number): number => {
    if (start < size) {
      const used = buffer.length - start
      const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, used + size))
      buffer.copy(larger, larger.length - used, start)
      start = larger.length - used
      buffer = larger
    }
    start -= size
    return start
  }
  const prefix = (value: number | bigint): void => {
    const bytes = typeof value === 'number' && value <= INT31_MAX ? smallVarint(value) : largeVarint(BigInt(value))
    const at = reserve(bytes.length) // first: it may replace the buffer
    buffer.set(bytes, at)
  }
  const tag = (field: number, type: number): void => prefix(field * 8 + type)
  const sized = (field: number, size: number): void => {
    prefix(size)
    tag(field, BYTES)
  }
  return {
    varint: (field, value) => {
      prefix(value)
      tag(field, VARINT)
    },
    fixed64: (field, value) => {
      const at = reserve(8)
      buffer.writeBigUInt64LE(BigInt.asUintN(64, value), at)
      tag(field, FIXED64)
    },
    double: (field, value) => {
      const at = reserve(8)
      buffer.writeDoubleLE(value, at)
      tag(field, FIXED64)
    },
    text: (field, value) => {
      const size = Buffer.byteLength(value)
      const at = reserve(size)
      buffer.write(value, at, size, 'utf8')
      sized(field, size)
    },
    hex: (field, value) => {
      const size = value.length / 2
      const at = reserve(size)
      buffer.write(value, at, size, 'hex')
      sized(field, size)
    },
    message: (field, write) => {
      const end = buffer.length - start
      write()
      sized(field, buffer.length - start - end)
    },
    finish: () => buffer.subarray(start),
  }
}

function smallVarint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  bytes.push(rest)
  return bytes
}

function largeVarint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  bytes.push(Number(rest))
  return bytes
}

/** A field as read: `value` is the number of a varint or the bytes of a nested one. */
export interface ProtoField {
  readonly field: number
  readonly value: bigint | Uint8Array
}

/** Reads the fields of a message; stops at the first that is cut or of a type we do not know. */
export function readFields(bytes: Uint8Array): ProtoField[] {
  const fields: ProtoField[] = []
  let at = 0
  const varint = (): bigint | null => {
    let value = 0n
    for (let shift = 0n; shift < 70n && at < bytes.length; shift += 7n) {
      const byte = bytes[at++] as number
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    return null
  }
  while (at < bytes.length) {
    const head = varint()
    if (head === null) break
    const type = Number(head & 7n)
    const value = type === VARINT ? varint() : slice(type)
    if (value === null) break
    fields.push({ field: Number(head >> 3n), value })
  }
  return fields

  function slice(type: number): Uint8Array | null {
    const size = type === BYTES ? varint() : type === FIXED64 ? 8n : type === FIXED32 ? 4n : null
    if (size === null || BigInt(at) + size > BigInt(bytes.length)) return null
    at += Number(size)
    return bytes.subarray(at - Number(size), at)
  }
}
