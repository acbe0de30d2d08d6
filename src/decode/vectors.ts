// Embedding vectors: described by dimensions, kind of number and hash, not copied. In: what stands in the place of a vector, and
// what the request says of it. Out: its description. Worker thread.
import { createHash } from 'node:crypto'
import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'

/** What a request says of the vectors it asks for: base64 does not tell what its bytes are. */
export interface Vectors {
  readonly dimensions: number | null
  /** `float`, `int8`, `uint8`, `binary`, `ubinary`; null when it does not say. */
  readonly dtype: string | null
}

const UNKNOWN: Vectors = { dimensions: null, dtype: null }
/** Where requests name the kind of number: Mistral and Voyage, Cohere, Jina. */
const DTYPE_FIELDS = ['output_dtype', 'embedding_types', 'embedding_type'] as const
const DTYPES: ReadonlySet<string> = new Set(['float', 'int8', 'uint8', 'binary', 'ubinary'])
/** A vector's number is near 1; bytes that are read as floats are mostly far from it. */
const MAX_FLOAT = 1e4
const MIN_FLOAT = 1e-12

/** Reads the hints of a request's body. */
export function vectorsOf(request: Json): Vectors {
  if (!isObject(request)) return UNKNOWN
  const { dimensions, output_dimension: other } = request
  const size = typeof dimensions === 'number' ? dimensions : typeof other === 'number' ? other : null
  return { dimensions: size, dtype: dtypeOf(request) }
}

function dtypeOf(request: JsonObject): string | null {
  for (const field of DTYPE_FIELDS) {
    const value = request[field]
    const only = isArray(value) && value.length === 1 ? value[0] : value
    if (typeof only === 'string' && DTYPES.has(only)) return only
  }
  return null
}

/** Describes what an `embedding` field holds; undefined when it is no vector. */
export function describeVector(value: Json, hints: Vectors = UNKNOWN): Json | undefined {
  if (typeof value === 'string') return value === '' ? undefined : describeBytes(Buffer.from(value, 'base64'), hints)
  if (isNumbers(value)) return describeNumbers(value, hints.dtype ?? 'float')
  if (isArray(value))
    return value.length > 0 && value.every(isNumbers) ? describeMatrix(value as readonly Numbers[]) : undefined
  return isObject(value) ? describeTypes(value, hints) : undefined
}

type Numbers = readonly number[]

function isNumbers(value: Json): value is Numbers {
  return isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number')
}

/** `{ float: […], int8: […], base64: '…' }`: one vector in several kinds. Sparse ones are `{ indices, values }`. */
function describeTypes(value: JsonObject, hints: Vectors): Json {
  const described = Object.entries(value).map(([kind, inner]) => {
    const dtype = DTYPES.has(kind) ? kind : hints.dtype
    return [kind, describeVector(inner, { ...hints, dtype }) ?? inner]
  })
  return Object.fromEntries(described) as JsonObject
}

/** Several vectors of one input (ColBERT: one for each token). */
function describeMatrix(rows: readonly Numbers[]): Json {
  const bytes = Buffer.concat(rows.map(floatBytes))
  return { ...descriptionOf(rows[0]?.length ?? 0, 'float', bytes), vectors: rows.length }
}

function describeNumbers(vector: Numbers, dtype: string): Json {
  const bytes = dtype === 'float' ? floatBytes(vector) : Buffer.from(vector.map((value) => value & 255))
  return descriptionOf(vector.length * (isPacked(dtype) ? 8 : 1), dtype, bytes)
}

/** Both encodings of floats are hashed as little-endian 32-bit floats, so that one vector has one hash. */
function floatBytes(vector: Numbers): Buffer {
  const bytes = Buffer.allocUnsafe(vector.length * 4)
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(Math.fround(value), at * 4)
  return bytes
}

function describeBytes(bytes: Buffer, hints: Vectors): Json {
  const dtype = hints.dtype ?? guessType(bytes, hints.dimensions)
  const dimensions = dtype === 'float' ? Math.floor(bytes.byteLength / 4) : bytes.byteLength * (isPacked(dtype) ? 8 : 1)
  return descriptionOf(dimensions, dtype === 'float' ? 'base64' : `base64 ${dtype}`, bytes)
}

/** What the bytes are: by the dimensions that were asked for, else by whether they make sense as floats. */
function guessType(bytes: Buffer, dimensions: number | null): string {
  const size = bytes.byteLength
  if (dimensions !== null && size === dimensions * 4) return 'float'
  if (dimensions !== null && size === dimensions) return 'int8'
  if (dimensions !== null && size === Math.ceil(dimensions / 8)) return 'binary'
  if (size % 4 !== 0) return 'int8'
  let odd = 0
  for (let at = 0; at < size; at += 4) {
    const value = Math.abs(bytes.readFloatLE(at))
    if (!(value === 0 || (value > MIN_FLOAT && value < MAX_FLOAT))) odd++
  }
  return odd * 4 > size / 4 ? 'int8' : 'float'
}

/** Eight dimensions in one byte. */
function isPacked(dtype: string): boolean {
  return dtype.endsWith('binary')
}

function descriptionOf(dimensions: number, encoding: string, bytes: Buffer): JsonObject {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { type: 'embedding', dimensions, encoding, bytes: bytes.byteLength, sha256 }
}
