// Media in a body: bytes and base64 told by kind, size and hash. In: bytes or base64 text. Out: `{ type, media_type, bytes, sha256 }`.
// Pure, worker thread.
import { createHash } from 'node:crypto'
import type { JsonObject } from '../json-walk.ts'
import { sniffMediaType } from './media-type.ts'

/** A data URL and nothing else; the lookahead keeps a text that only begins like one. */
export const DATA_URL = /^data:([^;,]{0,128})(?:;[^;,]{0,128}){0,8};base64,(?=[\w+/-]*={0,2}$)/i

/** Describes bytes: `{ type: 'audio', media_type: 'audio/mpeg', bytes: 1234, sha256: '…' }`. */
export function describeBytes(bytes: Uint8Array, mediaType: string | null): JsonObject {
  const media = mediaType ?? sniffMediaType(bytes)
  return { type: kindOf(media), media_type: media, bytes: bytes.byteLength, sha256: sha256(bytes) }
}

/** Describes bytes that are base64. */
export function describeBase64(text: string, mediaType: string | null, kind?: string): JsonObject {
  const bytes = fromBase64(text)
  const media = mediaType ?? sniffMediaType(bytes)
  return {
    type: kind ?? kindOf(media),
    media_type: media,
    encoding: 'base64',
    bytes: bytes.byteLength,
    sha256: sha256(bytes),
  }
}

/** Streams join pieces that were padded one by one: each is decoded by itself, as Node stops at the first padding. */
function fromBase64(text: string): Buffer {
  const padding = text.indexOf('=')
  if (padding < 0 || padding >= text.length - 2) return Buffer.from(text, 'base64')
  return Buffer.concat(text.split(/=+/).map((piece) => Buffer.from(piece, 'base64')))
}

function kindOf(mediaType: string | null): string {
  const kind = mediaType?.slice(0, mediaType.indexOf('/'))
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : mediaType === null ? 'binary' : 'file'
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
