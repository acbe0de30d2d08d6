// Audio of a socket as it passes: counted and hashed, never kept. In: base64 texts. Out: what it was: format, bytes, milliseconds,
// sha256. Main thread; an hour of it both ways costs as much memory as a second.
import type { Hash } from 'node:crypto'

export interface AudioFormat {
  readonly mediaType: string
  readonly rate: number
  readonly bytesPerSample: number
}

/** What the API takes and gives unless the session says otherwise. */
export const PCM: AudioFormat = { mediaType: 'audio/pcm', rate: 24_000, bytesPerSample: 2 }
const TELEPHONE_HZ = 8000
const COMPANDED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    g711_ulaw: 'audio/pcmu',
    g711_alaw: 'audio/pcma',
    'audio/pcmu': 'audio/pcmu',
    'audio/pcma': 'audio/pcma',
  }),
)

/** Reads a format of a session: `{ type: 'audio/pcm', rate }`, or a word in the beta (`pcm16`, `g711_ulaw`). */
export function formatOf(format: unknown): AudioFormat {
  const { type, rate } = (typeof format === 'object' && format !== null ? format : { type: format }) as {
    readonly type?: unknown
    readonly rate?: unknown
  }
  const companded = COMPANDED.get(String(type))
  if (companded !== undefined) return { mediaType: companded, rate: TELEPHONE_HZ, bytesPerSample: 1 }
  return typeof rate === 'number' && rate > 0 ? { ...PCM, rate } : PCM
}

/** One stretch of audio. */
export class PassingAudio {
  #hash: Hash | null = null
  bytes = 0
  /** Events that carried it. */
  chunks = 0

  /** Takes the next piece; pieces are padded one by one. */
  add(base64: string): void {
    const piece = Buffer.from(base64, 'base64')
    this.#hash ??= process.getBuiltinModule('node:crypto').createHash('sha256')
    this.#hash.update(piece)
    this.bytes += piece.byteLength
    this.chunks++
  }

  /** Describes what has passed and begins anew. */
  take({ mediaType, rate, bytesPerSample }: AudioFormat): object {
    const { bytes } = this
    const sha256 = this.#hash?.digest('hex') ?? null
    this.#hash = null
    this.bytes = 0
    this.chunks = 0
    const ms = Math.round((bytes * 1000) / (rate * bytesPerSample))
    return { type: 'audio', media_type: mediaType, rate, bytes, ms, sha256 }
  }
}

/** Replaces audio inside of an item that the program made, e.g. `{ type: 'input_audio', audio: '…base64…' }`. */
export function withoutAudio(item: unknown, format: AudioFormat): unknown {
  if (Array.isArray(item)) return item.map((one) => withoutAudio(one, format))
  if (typeof item !== 'object' || item === null) return item
  const entries = Object.entries(item).map(([key, value]) => {
    if (key !== 'audio' || typeof value !== 'string') return [key, withoutAudio(value, format)] as const
    const passing = new PassingAudio()
    passing.add(value)
    return [key, passing.take(format)] as const
  })
  return Object.fromEntries(entries)
}
