// Media types by header and by first bytes, as far as these APIs send them. Pure, worker thread.

type Signature = readonly [hex: string, at: number, mediaType: string]

const SIGNATURES: readonly Signature[] = [
  ['89504e470d0a1a0a', 0, 'image/png'],
  ['ffd8ff', 0, 'image/jpeg'],
  ['474946383', 0, 'image/gif'],
  ['57454250', 8, 'image/webp'],
  ['57415645', 8, 'audio/wav'],
  ['494433', 0, 'audio/mpeg'],
  ['fffb', 0, 'audio/mpeg'],
  ['fff3', 0, 'audio/mpeg'],
  ['fff1', 0, 'audio/aac'],
  ['fff9', 0, 'audio/aac'],
  ['664c6143', 0, 'audio/flac'],
  ['4f676753', 0, 'audio/ogg'],
  ['1a45dfa3', 0, 'video/webm'],
  ['66747970', 4, 'video/mp4'],
  ['255044462d', 0, 'application/pdf'],
  ['504b0304', 0, 'application/zip'],
]

const HEAD_BYTES = 16
const BRACE = 0x7b
/** `WEBP`, `WAVE` and `ftyp` stand behind other bytes. */
const LETTER_W = 0x57
const LETTER_F = 0x66

/** The media type that the first bytes tell, or null. */
export function sniffMediaType(bytes: Uint8Array): string | null {
  // JSON, nearly always: no signature begins so.
  if (bytes[0] === BRACE && bytes[4] !== LETTER_F && bytes[8] !== LETTER_W) return null
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('hex')
  for (const [hex, at, mediaType] of SIGNATURES) if (head.startsWith(hex, at * 2)) return mediaType
  return null
}

/** `application/json; charset=utf-8` → `application/json`; null when there is none. */
export function bareMediaType(contentType: string | undefined): string | null {
  return contentType?.split(';')[0]?.trim().toLowerCase() || null
}

/** What the SDK parses as JSON. */
export function isJsonType(mediaType: string | null): boolean {
  return mediaType !== null && (mediaType.includes('application/json') || mediaType.endsWith('+json'))
}

/** Types whose bytes are not text. */
export function isBinaryType(mediaType: string | null): boolean {
  return (
    mediaType !== null && /^(?:audio|image|video|font)\/|octet-stream|\b(?:zip|gzip|pdf|protobuf)\b/.test(mediaType)
  )
}
