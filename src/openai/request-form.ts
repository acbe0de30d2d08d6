// Uploads of openai 3 and 4 leave as an opaque Node stream: its pieces are looked at as they leave, because each part's head and
// value is a piece of its own. Gives the fields, files described by name, type and size. Main thread, uploads only.

const PART_HEAD = /^--[^\r\n]+\r\nContent-Disposition: form-data;/i
const MAX_VALUE_CHARS = 64 * 1024

interface Part {
  readonly name: string
  readonly file: { filename: string; media_type: string | null } | null
  text: string
  bytes: number
}

/** The fields of a form as they are known so far; undefined when the stream was no form. */
export type FormFields = () => { readonly [name: string]: unknown } | undefined

/** Watches a stream that is about to be sent; adds no listener and changes no byte. */
export function watchForm(body: NodeJS.ReadableStream): FormFields {
  const parts: Part[] = []
  const original = body.emit as (this: unknown, event: string | symbol, ...args: unknown[]) => boolean
  const { emit } = {
    emit(this: unknown, event: string | symbol, ...args: unknown[]): boolean {
      if (event === 'data') take(parts, args[0])
      return original.call(this, event, ...args)
    },
  }
  if (Object.isExtensible(body)) {
    Object.defineProperty(body, 'emit', { value: emit, writable: true, configurable: true, enumerable: false })
  }
  return () => (parts.length === 0 ? undefined : describe(parts))
}

function take(parts: Part[], piece: unknown): void {
  const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece instanceof Uint8Array ? piece : null
  if (bytes === null) return
  const text = bytes[0] === 0x2d && bytes[1] === 0x2d ? Buffer.from(bytes).toString('utf8') : ''
  if (PART_HEAD.test(text)) {
    parts.push(partOf(text))
    return
  }
  const part = parts.at(-1)
  const isSeparator = bytes.byteLength === 2 && bytes[0] === 13 && bytes[1] === 10
  if (part === undefined || isSeparator || text.startsWith('--')) return
  part.bytes += bytes.byteLength
  if (part.file === null && part.text.length < MAX_VALUE_CHARS) part.text += Buffer.from(bytes).toString('utf8')
}

function partOf(head: string): Part {
  const name = /[; ]name="([^"]*)"/i.exec(head)?.[1] ?? ''
  const filename = /filename="([^"]*)"/i.exec(head)?.[1]
  const mediaType = /Content-Type: *([^\r\n]+)/i.exec(head)?.[1] ?? null
  return { name, file: filename === undefined ? null : { filename, media_type: mediaType }, text: '', bytes: 0 }
}

function describe(parts: readonly Part[]): { readonly [name: string]: unknown } {
  const fields: { [name: string]: unknown } = {}
  for (const { name, file, text, bytes } of parts) {
    const value = file === null ? text : { type: 'file', ...file, bytes, sha256: null }
    const known = fields[name]
    if (known === undefined) fields[name] = value
    else fields[name] = Array.isArray(known) ? [...known, value] : [known, value]
  }
  return fields
}
