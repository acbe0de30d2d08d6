// Deliver: pictures, sound, video and files as message parts of the GenAI conventions. Pure, worker thread.
// In: OpenAI's media fields, whole or described by decode. Out: blob, uri or file parts; a described one keeps its description.
import { asObject, asText } from './json.ts'

export interface Part {
  readonly type: string
  readonly [field: string]: unknown
}

type Modality = 'image' | 'audio' | 'video' | 'document'

/** A picture, video or file by data URL, address or id of an upload; null when there is none of these. */
export function mediaPart(modality: Modality, url: unknown, fileId: unknown): Part | null {
  if (typeof url === 'string') {
    // Only the head is matched: the rest is up to megabytes, or cut by the size limit.
    const head = /^data:([^;,]*)[^,]{0,200};base64,/.exec(url.slice(0, 300))
    if (head === null) return { type: 'uri', modality, uri: url }
    return { type: 'blob', modality, mime_type: head[1] || null, content: url.slice(head[0].length) }
  }
  const described = describedPart(modality, url)
  if (described !== null) return described
  return typeof fileId === 'string' ? { type: 'file', modality, file_id: fileId } : null
}

/** Base64 without a data URL's head: `b64_json`, `result`, `audio.data`. */
export function base64Part(modality: Modality, data: unknown, mimeType: string | null): Part | null {
  if (typeof data !== 'string') return describedPart(modality, data)
  return { type: 'blob', modality, mime_type: mimeType, content: data }
}

/** What decode keeps of media: a part of the modality's own type, as the conventions' parts all need the bytes or a place. */
function describedPart(modality: Modality, value: unknown): Part | null {
  const media = asObject(value)
  if (media === null || typeof media.bytes !== 'number') return null
  const { media_type, bytes, sha256 } = media
  return { type: modality, mime_type: typeof media_type === 'string' ? media_type : null, bytes, sha256 }
}

/** `input_audio: {data, format}` of a request. */
export function inputAudioPart(value: unknown): Part | null {
  const audio = asObject(value)
  return base64Part('audio', audio?.data, `audio/${asText(audio?.format) || 'wav'}`)
}

/** `audio: {id, data, transcript}` of an answer, or `{id}` of a request that refers to one. The id is what the provider calls it by. */
export function outputAudioPart(value: unknown): Part | null {
  const audio = asObject(value)
  if (audio === null) return null
  const transcript = typeof audio.transcript === 'string' ? { transcript: audio.transcript } : {}
  const part =
    base64Part('audio', audio.data, null) ??
    (typeof audio.id === 'string' ? { type: 'file', modality: 'audio', file_id: audio.id } : null)
  if (part !== null) return { ...part, ...(part.type === 'audio' && audio.id ? { id: audio.id } : {}), ...transcript }
  return 'transcript' in transcript ? { type: 'audio', ...transcript } : null
}
