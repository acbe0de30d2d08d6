// Bodies whose texts are still bytes: each character stands for a byte of UTF-8, as they came and as they will be written. Leaf: which bodies these
// are, and their text. Decoding 50 KB to UTF-16 and back takes 150 µs, keeping them as they are 10. Worker.
import type { Json } from './record.ts'

/** Not enumerable: whoever changes a body makes another, which is none of these. */
const TEXT = Symbol('neatlogs.wireText')

/** A body's JSON, a character a byte. */
export interface WireText {
  readonly text: string
  /** It was looked through: none of the secrets that no record may hold is in it. */
  readonly isClean: boolean
}

/** Marks a body as made from this text without any change. */
export function keepWireText(body: Json, wire: WireText): void {
  if (typeof body === 'object' && body !== null) Object.defineProperty(body, TEXT, { value: wire })
}

/** The text of such a body, else undefined. */
export function wireTextOf(body: Json | undefined): string | undefined {
  return wireOf(body)?.text
}

/** Says whether a body is such a one in which nothing is to be hidden. */
export function isCleanWire(body: Json): boolean {
  return wireOf(body)?.isClean === true
}

function wireOf(body: Json | undefined): WireText | undefined {
  return typeof body === 'object' && body !== null ? (body as { readonly [TEXT]?: WireText })[TEXT] : undefined
}

interface Bodies {
  readonly request: { readonly body: Json }
  readonly response: { readonly body: Json }
}

/** Says whether the texts in a record's bodies are bytes. All its other texts are ASCII then, which is the same either way. */
export function isWire({ request, response }: Partial<Bodies>): boolean {
  return wireTextOf(request?.body) !== undefined || wireTextOf(response?.body) !== undefined
}

/** The record with its texts as texts, for those who read them. */
export function readable<Record extends Bodies>(record: Record): Record {
  if (!isWire(record)) return record
  const { request, response } = record
  return {
    ...record,
    request: { ...request, body: readableBody(request.body) },
    response: { ...response, body: readableBody(response.body) },
  }
}

function readableBody(body: Json): Json {
  const text = wireTextOf(body)
  return text === undefined ? body : (JSON.parse(readableText(text)) as Json)
}

/** The text that such bytes are. */
export function readableText(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}
