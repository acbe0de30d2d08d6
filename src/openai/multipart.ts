// A multipart form as it leaves, in pieces of any size: its fields, files described by name, type and size. Keeps no more than a
// delimiter's length of a file. Main thread, uploads only.

const MAX_HEAD_BYTES = 16 * 1024
const MAX_VALUE_BYTES = 64 * 1024
const MAX_PARTS = 1000

interface Part {
  readonly name: string
  readonly file: { readonly filename: string; readonly media_type: string | null } | null
  readonly value: Buffer[]
  bytes: number
  /** Of the line break that ends the head. */
  skipBytes: number
}

/** Reads one body. */
export class FormReader {
  /** Whether it is a form; null until that is known. */
  isForm: boolean | null = null
  readonly #parts: Part[] = []
  #delimiter = Buffer.alloc(0)
  #rest: Buffer = Buffer.alloc(0)
  #isHead = true

  push(piece: Uint8Array): void {
    if (this.isForm === false) return
    let data: Buffer = Buffer.concat([this.#rest, piece])
    for (let left = this.#step(data); left !== null; left = this.#step(data)) data = left
    this.#rest = Buffer.from(this.#isHead ? data : this.#keepTail(data))
  }

  /** The fields so far; undefined when it is no form. */
  fields(): { readonly [name: string]: unknown } | undefined {
    if (this.isForm !== true) return undefined
    // No prototype: a form's fields may bear any name.
    const fields: { [name: string]: unknown } = Object.create(null)
    for (const { name, file, value, bytes } of this.#parts) {
      const described =
        file === null ? Buffer.concat(value).toString('utf8') : { type: 'file', ...file, bytes, sha256: null }
      const known = fields[name]
      if (known === undefined) fields[name] = described
      else fields[name] = Array.isArray(known) ? [...known, described] : [known, described]
    }
    return fields
  }

  /** Takes one head or one end of a part; returns what follows it, null when there is none yet. */
  #step(data: Buffer): Buffer | null {
    return this.#isHead ? this.#head(data) : this.#value(data)
  }

  #head(data: Buffer): Buffer | null {
    const end = data.indexOf('\r\n\r\n')
    if (end < 0) {
      if (this.isForm === null && (!isDelimiter(data) || data.length > MAX_HEAD_BYTES)) this.isForm = false
      return null
    }
    const head = data.toString('utf8', 0, Math.min(end, MAX_HEAD_BYTES))
    if (this.isForm === null) {
      this.isForm = /^--[^\r\n]+\r\n(?:[^\r\n]+\r\n)*Content-Disposition: *form-data/i.test(head)
      this.#delimiter = Buffer.from(`\r\n${head.slice(0, head.indexOf('\r\n'))}`)
      if (!this.isForm) return null
    }
    if (this.#parts.length < MAX_PARTS) this.#parts.push(partOf(head))
    this.#isHead = false
    // The line break before a delimiter may be the one that ends the head: an empty value.
    return data.subarray(end + 2)
  }

  #value(data: Buffer): Buffer | null {
    const end = data.indexOf(this.#delimiter)
    if (end < 0) return null
    this.#take(data.subarray(0, end))
    this.#isHead = true
    return data.subarray(end + this.#delimiter.length)
  }

  /** Takes all that cannot be the begin of a delimiter. */
  #keepTail(data: Buffer): Buffer {
    const kept = Math.max(0, data.length - this.#delimiter.length + 1)
    this.#take(data.subarray(0, kept))
    return data.subarray(kept)
  }

  #take(taken: Buffer): void {
    const part = this.#parts.at(-1)
    if (part === undefined) return
    const bytes = taken.subarray(part.skipBytes)
    part.skipBytes -= Math.min(part.skipBytes, taken.length)
    const room = part.file === null ? Math.max(0, MAX_VALUE_BYTES - part.bytes) : 0
    if (room > 0) part.value.push(Buffer.from(bytes.subarray(0, room)))
    part.bytes += bytes.byteLength
  }
}

function isDelimiter(data: Buffer): boolean {
  return data.length < 2 || (data[0] === 0x2d && data[1] === 0x2d)
}

function partOf(head: string): Part {
  const name = /[; ]name="([^"]*)"/i.exec(head)?.[1] ?? ''
  const filename = /filename="([^"]*)"/i.exec(head)?.[1]
  const mediaType = /Content-Type: *([^\r\n]+)/i.exec(head)?.[1] ?? null
  const file = filename === undefined ? null : { filename, media_type: mediaType }
  return { name, file, value: [], bytes: 0, skipBytes: 2 }
}
