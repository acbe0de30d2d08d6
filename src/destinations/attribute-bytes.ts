// Deliver: the attributes of a span as protobuf while they are added, without an object for each. Pure, worker thread. In: names and values. Out:
// the bytes that `otlp-protobuf.ts` would make of the list. Forwards, as each attribute's length is known before it is written.
import { wideUtf8 } from '../utf8.ts'
import type { Attribute, AttributeSink, MakeAttributes } from './otlp-model.ts'
import { largeVarint, sizeOfVarint } from './protobuf.ts'

/** Field 9 of a span, with a length behind it. */
const ATTRIBUTE = (9 << 3) | 2
/** Field 2 of a KeyValue; 1 to 5 of an AnyValue; field 1 of an ArrayValue. */
const VALUE = (2 << 3) | 2
const TEXT = (1 << 3) | 2
const BOOL = 2 << 3
const INT = 3 << 3
const DOUBLE = (4 << 3) | 1
const ARRAY = (5 << 3) | 2
/** Tags and lengths of one attribute. */
const MOST_HEAD_BYTES = 24
const FIRST_BYTES = 64 * 1024
/** What a call of 1 MB and 1 MB needs; memory beyond it is not kept for the next call. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024
/** Up to here a loop in JavaScript is quicker than a call into the buffer's own code. */
const SHORT_CHARS = 48
const INT32_MAX = 2 ** 31 - 1
const INT64_LIMIT = 2 ** 63
/** Names are ours, and few; those with an index in them are not. */
const MAX_NAMES = 1000

let bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
let at = 0
/** The texts are bytes already (wire-text.ts), and are written as they are. */
let isLatin1 = false
const names = new Map<string, Buffer>()
const NONE: readonly Attribute[] = []

const sink: AttributeSink = { string: addText, bool: addBool, int: addInt, double: addDouble, strings: addTexts }

/** Begins a batch whose attributes are bytes. They are valid until the next one: it is to be written at once. */
export function beginBytes(): MakeAttributes {
  at = 0
  if (bytes.length > MOST_KEPT_BYTES) bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  return asBytes
}

const asBytes: MakeAttributes = (add, subject, isWire = false) => {
  const start = at
  isLatin1 = isWire
  add(sink, subject)
  return { attributes: NONE, encoded: bytes.subarray(start, at) }
}

function addText(key: string, value: unknown): void {
  if (typeof value !== 'string') return
  const name = nameOf(key)
  if (value.length <= SHORT_CHARS && addShort(name, value)) return
  const wide = isLatin1 ? null : wideUtf8(value)
  const size = wide?.byteLength ?? sizeOf(value)
  begin(name, sizedSize(size))
  writeText(value, wide, size)
}

/** A text of ASCII, all of whose lengths take one byte; false, and nothing is written, when it is another. */
function addShort(name: Buffer, value: string): boolean {
  const { length } = value
  const size = name.length + length + 4
  if (size > 127) return false
  reserve(size + 2)
  const to = bytes
  let place = at
  to[place++] = ATTRIBUTE
  to[place++] = size
  to.set(name, place)
  place += name.length
  to[place++] = VALUE
  to[place++] = length + 2
  to[place++] = TEXT
  to[place++] = length
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index)
    if (code > 127) return false
    to[place++] = code
  }
  at = place
  return true
}

function addBool(key: string, value: unknown): void {
  if (typeof value !== 'boolean') return
  begin(nameOf(key), 2)
  bytes[at++] = BOOL
  bytes[at++] = value ? 1 : 0
}

function addInt(key: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) >= INT64_LIMIT) return
  const digits = value >= 0 && value <= INT32_MAX ? null : largeVarint(BigInt(value))
  begin(nameOf(key), 1 + (digits?.length ?? sizeOfVarint(value)))
  bytes[at++] = INT
  if (digits === null) writeVarint(value + 0)
  else for (const digit of digits) bytes[at++] = digit
}

function addDouble(key: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) return
  begin(nameOf(key), 9)
  bytes[at++] = DOUBLE
  at = bytes.writeDoubleLE(value, at)
}

function addTexts(key: string, values: readonly string[]): void {
  if (values.length === 0) return
  const sizes = values.map(sizeOf)
  const inner = sizes.reduce((sum, size) => sum + sizedSize(sizedSize(size)), 0)
  begin(nameOf(key), sizedSize(inner))
  bytes[at++] = ARRAY
  writeVarint(inner)
  for (const [index, value] of values.entries()) {
    const size = sizes[index] as number
    bytes[at++] = TEXT
    writeVarint(sizedSize(size))
    writeText(value, null, size)
  }
}

function sizeOf(text: string): number {
  return isLatin1 ? text.length : Buffer.byteLength(text)
}

function writeText(value: string, wide: Buffer | null, size: number): void {
  bytes[at++] = TEXT
  writeVarint(size)
  if (wide === null) bytes.write(value, at, size, isLatin1 ? 'latin1' : 'utf8')
  else bytes.set(wide, at)
  at += size
}

/** Head of an attribute whose value takes `size` bytes, which follow. */
function begin(name: Buffer, size: number): void {
  reserve(name.length + size + MOST_HEAD_BYTES)
  const to = bytes
  to[at++] = ATTRIBUTE
  writeVarint(name.length + sizedSize(size))
  let place = at
  to.set(name, place)
  place += name.length
  to[place] = VALUE
  at = place + 1
  writeVarint(size)
}

/** The first field of a KeyValue. */
function nameOf(key: string): Buffer {
  const known = names.get(key)
  if (known !== undefined) return known
  const text = Buffer.from(key)
  const name = Buffer.concat([Buffer.from([TEXT, ...largeVarint(BigInt(text.length))]), text])
  if (names.size >= MAX_NAMES) names.clear()
  names.set(key, name)
  return name
}

/** What is written before stays where it is for those who have it. */
function reserve(size: number): void {
  if (at + size <= bytes.length) return
  const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, at + size))
  bytes.copy(larger, 0, 0, at)
  bytes = larger
}

/** A tag of one byte, a length, and what it announces. */
function sizedSize(size: number): number {
  return 1 + sizeOfVarint(size) + size
}

function writeVarint(value: number): void {
  let rest = value
  for (; rest > 127; rest >>>= 7) bytes[at++] = (rest & 127) | 128
  bytes[at++] = rest
}
