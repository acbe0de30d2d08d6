// Deliver: the protobuf wire format, as far as OTLP traces need it. Pure, worker thread. https://protobuf.dev/programming-guides/encoding/
// Bytes are written from the end to the start, so that the length of a nested message is known when it is announced.

import { wideUtf8 } from '../utf8.ts'

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5
const LEAST_CAPACITY = 1024
/** Up to here a loop in JavaScript is quicker than two calls into the buffer's own code. */
const SHORT_CHARS = 40
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
  /** Numbers of eight bytes each in one field; 64-bit integers as decimal strings. */
  packed(field: number, values: readonly (number | string)[], type: 'double' | 'fixed64'): void
  /** Writes a nested message: `write` fills it, its length and tag follow. */
  message(field: number, write: () => void): void
  /** How much is written: where a nested message ends, for `close`. */
  mark(): number
  /** Makes what was written since `end` a nested message, as `message` does without a function each time. */
  close(field: number, end: number): void
  /** Writes bytes that another writer made. */
  raw(bytes: Uint8Array): void
  finish(): Uint8Array
}

/** Bytes filled from the end; what stands before `start` is free. */
interface Backing {
  bytes: Buffer
  start: number
}

/** Starts a message of about so many bytes; it grows where that was too little. */
export function protoWriter(expectedBytes = 0): ProtoWriter {
  const capacity = Math.max(expectedBytes, LEAST_CAPACITY)
  const to: Backing = { bytes: Buffer.allocUnsafe(capacity), start: capacity }
  const tag = (field: number, type: number): void => writeVarint(to, field * 8 + type)
  const sized = (field: number, size: number): void => {
    writeVarint(to, size)
    tag(field, BYTES)
  }
  const mark = (): number => to.bytes.length - to.start
  const close = (field: number, end: number): void => sized(field, to.bytes.length - to.start - end)
  const encoded = (field: number, value: string, encoding: 'utf8' | 'hex'): void => {
    if (encoding === 'utf8' && value.length <= SHORT_CHARS && writeAscii(to, value)) {
      sized(field, value.length)
      return
    }
    const wide = encoding === 'utf8' ? wideUtf8(value) : null
    const size = wide?.byteLength ?? Buffer.byteLength(value, encoding)
    reserve(to, size)
    if (wide === null) to.bytes.write(value, to.start, size, encoding)
    else to.bytes.set(wide, to.start)
    sized(field, size)
  }
  return {
    varint: (field, value) => {
      writeVarint(to, value)
      tag(field, VARINT)
    },
    fixed64: (field, value) => {
      reserve(to, 8)
      to.bytes.writeBigUInt64LE(BigInt.asUintN(64, value), to.start)
      tag(field, FIXED64)
    },
    double: (field, value) => {
      reserve(to, 8)
      to.bytes.writeDoubleLE(value, to.start)
      tag(field, FIXED64)
    },
    text: (field, value) => encoded(field, value, 'utf8'),
    hex: (field, value) => encoded(field, value, 'hex'),
    packed: (field, values, type) => {
      for (let index = values.length - 1; index >= 0; index -= 1) {
        reserve(to, 8)
        const value = values[index] as number | string
        if (type === 'double') to.bytes.writeDoubleLE(Number(value), to.start)
        else to.bytes.writeBigUInt64LE(BigInt(value), to.start)
      }
      if (values.length > 0) sized(field, values.length * 8)
    },
    message: (field, write) => {
      const end = mark()
      write()
      close(field, end)
    },
    mark,
    close,
    raw: (bytes) => {
      reserve(to, bytes.length)
      to.bytes.set(bytes, to.start)
    },
    finish: () => to.bytes.subarray(to.start),
  }
}

/** Moves `start` back by `size` bytes, into a larger buffer when this one is full. */
function reserve(to: Backing, size: number): void {
  if (to.start < size) {
    const used = to.bytes.length - to.start
    const larger = Buffer.allocUnsafe(Math.max(to.bytes.length * 2, used + size))
    to.bytes.copy(larger, larger.length - used, to.start)
    to.bytes = larger
    to.start = larger.length - used
  }
  to.start -= size
}

/** Writes a text of ASCII; false, and nothing is written, when it is another. */
function writeAscii(to: Backing, value: string): boolean {
  reserve(to, value.length)
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index)
    if (code > 127) {
      to.start += value.length
      return false
    }
    to.bytes[to.start + index] = code
  }
  return true
}

function writeVarint(to: Backing, value: number | bigint): void {
  if (typeof value !== 'number' || value > INT31_MAX) {
    const bytes = largeVarint(BigInt(value))
    reserve(to, bytes.length)
    to.bytes.set(bytes, to.start)
    return
  }
  reserve(to, sizeOfVarint(value))
  let at = to.start
  let rest = value
  for (; rest > 127; rest >>>= 7) to.bytes[at++] = (rest & 127) | 128
  to.bytes[at] = rest
}

function sizeOfVarint(value: number): number {
  let size = 1
  for (let rest = value; rest > 127; rest >>>= 7) size += 1
  return size
}

/** The bytes of a 64-bit number, negative ones included. */
export function largeVarint(value: bigint): number[] {
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
