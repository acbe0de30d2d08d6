// Deliver: the protobuf wire format, as far as OTLP traces need it. Pure, worker thread. https://protobuf.dev/programming-guides/encoding/
// Bytes are written from the end to the start, so that the length of a nested message is known when it is announced.

import { wideUtf8 } from '../utf8.ts'

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const LEAST_CAPACITY = 1024
/** Memory beyond it is not kept for what is written next. */
const MOST_KEPT_BYTES = 1024 * 1024
/** Up to here 32-bit shifts are exact; tags and lengths never pass it. */
const INT31_MAX = 2 ** 31 - 1
/** Of a number that is below 2^64 whatever they are. */
const MOST_DIGITS = 19
const MINUS = 45

/**
 * Writes fields last to first: what is written second stands before what was written first. A class: V8 forgets the machine code of functions that
 * are made anew for each batch with every full collection.
 */
export class ProtoWriter {
  /** Filled from the end; what stands before `#start` is free. */
  #bytes: Buffer
  #start: number

  /** Starts a message in the whole of this memory; it grows where that is too little. */
  constructor(memory: Buffer = Buffer.allocUnsafeSlow(LEAST_CAPACITY)) {
    this.#start = memory.length
    this.#bytes = memory
  }

  /** A `number` must be 0 or more; a negative integer goes in as `bigint`. */
  varint(field: number, value: number | bigint): void {
    this.#varint(value)
    this.#varint(field * 8 + VARINT)
  }

  /** A 64-bit number as decimal digits. */
  fixed64(field: number, digits: string): void {
    this.#reserve(8)
    writeDigits(this.#bytes, this.#start, digits)
    this.#varint(field * 8 + FIXED64)
  }

  double(field: number, value: number): void {
    this.#reserve(8)
    this.#bytes.writeDoubleLE(value, this.#start)
    this.#varint(field * 8 + FIXED64)
  }

  text(field: number, value: string): void {
    this.#encoded(field, value, 'utf8')
  }

  hex(field: number, value: string): void {
    this.#encoded(field, value, 'hex')
  }

  /** Numbers of eight bytes each in one field; 64-bit integers as decimal strings. */
  packed(field: number, values: readonly (number | string)[], type: 'double' | 'fixed64'): void {
    for (let index = values.length - 1; index >= 0; index -= 1) {
      this.#reserve(8)
      const value = values[index] as number | string
      if (type === 'double') this.#bytes.writeDoubleLE(Number(value), this.#start)
      else this.#bytes.writeBigUInt64LE(BigInt(value), this.#start)
    }
    if (values.length > 0) this.#sized(field, values.length * 8)
  }

  /** How much is written: where a nested message ends, for `close`. */
  mark(): number {
    return this.#bytes.length - this.#start
  }

  /** Makes what was written since `end` a nested message: its length and its tag. */
  close(field: number, end: number): void {
    this.#sized(field, this.mark() - end)
  }

  /** Writes bytes that another writer made. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#start)
  }

  /** The same of a part of them. */
  copy(from: Buffer, begin: number, end: number): void {
    this.#reserve(end - begin)
    from.copy(this.#bytes, this.#start, begin, end)
  }

  /** Copies what is written to a place elsewhere. */
  copyTo(to: Buffer, at: number): void {
    this.#bytes.copy(to, at, this.#start)
  }

  /** What is written, valid until the next `clear`. */
  finish(): Uint8Array {
    return this.#bytes.subarray(this.#start)
  }

  /** Begins anew in the same memory. */
  clear(): void {
    if (this.#bytes.length > MOST_KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(LEAST_CAPACITY)
    this.#start = this.#bytes.length
  }

  #encoded(field: number, value: string, encoding: 'utf8' | 'hex'): void {
    const wide = encoding === 'utf8' ? wideUtf8(value) : null
    const size = wide?.byteLength ?? Buffer.byteLength(value, encoding)
    this.#reserve(size)
    if (wide === null) this.#bytes.write(value, this.#start, size, encoding)
    else this.#bytes.set(wide, this.#start)
    this.#sized(field, size)
  }

  #sized(field: number, size: number): void {
    this.#varint(size)
    this.#varint(field * 8 + BYTES)
  }

  #varint(value: number | bigint): void {
    if (typeof value !== 'number' || value > INT31_MAX) {
      const bytes = largeVarint(BigInt(value))
      this.#reserve(bytes.length)
      this.#bytes.set(bytes, this.#start)
      return
    }
    this.#reserve(sizeOfVarint(value))
    let at = this.#start
    let rest = value
    for (; rest > 127; rest >>>= 7) this.#bytes[at++] = (rest & 127) | 128
    this.#bytes[at] = rest
  }

  /** Moves the start back by `size` bytes, into a larger buffer when this one is full. */
  #reserve(size: number): void {
    if (this.#start < size) {
      const used = this.mark()
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, used + size))
      this.#bytes.copy(larger, larger.length - used, this.#start)
      this.#bytes = larger
      this.#start = larger.length - used
    }
    this.#start -= size
  }
}

/**
 * Writes a 64-bit number of decimal digits, its low half first. There are six times in a call, and a BigInt for each is dear: products of at most 47
 * bits make the halves.
 */
export function writeDigits(to: Buffer, at: number, digits: string): void {
  if (digits.length > MOST_DIGITS || digits.charCodeAt(0) === MINUS) {
    to.writeBigUInt64LE(BigInt.asUintN(64, BigInt(digits)), at)
    return
  }
  const billions = Number(digits.slice(0, -9))
  const above = Math.floor(billions / 2 ** 16) * 1e9
  const below = (above % 2 ** 16) * 2 ** 16 + (billions % 2 ** 16) * 1e9 + Number(digits.slice(-9))
  to.writeUInt32LE(below % 2 ** 32, at)
  to.writeUInt32LE(Math.floor(above / 2 ** 16) + Math.floor(below / 2 ** 32), at + 4)
}

/** Bytes of a number below 2^31 as a varint. */
export function sizeOfVarint(value: number): number {
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
