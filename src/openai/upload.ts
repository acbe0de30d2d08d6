// Request bodies that leave as a stream (uploads of openai 3 and 4, and of 6.47 and later): their pieces are looked at as they leave.
// Gives a form's fields, files described by name, type and size; JSON as sent; else the count of bytes. Main thread, uploads only.
import { parseJson } from '../originals.ts'
import { FormReader } from './multipart.ts'
import type { Observer } from './observer.ts'
import { isNodeStream } from './response.ts'
import { tapNodeBody } from './tap-node.ts'
import { canTapWebBody, tapWebBody } from './tap-web.ts'

/** What is known so far of what has left; undefined when nothing is. */
export type Upload = () => { readonly [name: string]: unknown } | undefined

/** Beyond it a streamed body that is no form is counted, not kept. */
const MAX_TEXT_BYTES = 1024 * 1024

/** Watches a stream that is about to be sent; changes no byte, adds no listener. Null for any other body. */
export function watchUpload(body: unknown): Upload | null {
  const isNode = isNodeStream(body)
  if (!isNode && !(isWebStream(body) && canTapWebBody(body))) return null // most requests are text: nothing is made for them
  const reader = new BodyReader()
  if (isNode) tapNodeBody(body, reader)
  else tapWebBody(body as ReadableStream<Uint8Array>, reader)
  return () => reader.describe()
}

function isWebStream(body: unknown): body is ReadableStream<Uint8Array> {
  return typeof (body as { getReader?: unknown } | null | undefined)?.getReader === 'function'
}

class BodyReader implements Observer {
  readonly #form = new FormReader()
  readonly #text: Uint8Array[] = []
  #bytes = 0

  chunk(piece: unknown): void {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    if (!(bytes instanceof Uint8Array)) return
    this.#bytes += bytes.byteLength
    this.#form.push(bytes)
    if (this.#form.isForm !== true && this.#bytes <= MAX_TEXT_BYTES) this.#text.push(new Uint8Array(bytes))
  }

  describe(): { readonly [name: string]: unknown } | undefined {
    if (this.#bytes === 0) return undefined
    return this.#form.fields() ?? this.#json() ?? { type: 'stream', bytes: this.#bytes }
  }

  #json(): { readonly [name: string]: unknown } | undefined {
    if (this.#bytes > MAX_TEXT_BYTES || this.#text[0]?.[0] !== 0x7b) return undefined
    try {
      return parseJson(Buffer.concat(this.#text).toString('utf8')) as { readonly [name: string]: unknown }
    } catch {
      return undefined // it only began like JSON
    }
  }

  ask(): void {}
  whole(): void {}
  end(): void {}
  leave(): void {}
  fail(): void {}
}
