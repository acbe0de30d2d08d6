// Describes what is not text instead of copying it: embedding vectors, images, audio and files in base64. In: a parsed body.
// Out: the same body with `{ type, media_type, bytes, sha256 }` in their places. Worker thread.
import { DATA_URL, describeBase64 } from '../content/media.ts'
import { isObject, type JsonObject, mapWith, type Site } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { describeVector, type Vectors } from './vectors.ts'

/** Fields that hold a data URL as media. One in `content` or `text` is what somebody wrote: it stays text. */
const MEDIA_FIELDS: ReadonlySet<string> = new Set(
  'url image_url file_url audio_url video_url file_data image mask data source b64_json result'.split(' '),
)
/** Fields that hold a vector, in one kind of number or several; `embeddings` is Cohere's and Ollama's. */
const VECTOR_FIELDS: ReadonlySet<string> = new Set(['embedding', 'embeddings', 'sparse_embedding'])
const AUDIO_FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    mp3: 'audio/mpeg',
    wav: 'audio/wav',
    opus: 'audio/ogg',
    aac: 'audio/aac',
    flac: 'audio/flac',
    pcm16: 'audio/pcm',
  }),
)

/** A longer text takes longer to search than its few values to visit. */
const SMALL_CHARS = 4096
/** Each name, and each begin of a value, that `describeValue` goes by has one of these in it, unless an escape stands for a letter of it. */
const SIGNS = ['data:', 'embedding', 'audio"', 'file_data', 'b64_json', 'image_b64', 'image_generation_call', '\\u']

/** `describeMedia` of what a text was parsed to. Most small ones hold nothing of the kind, which is told without a look at each value. */
export function describeMediaIn(text: string, body: Json, vectors?: Vectors): Json {
  return text.length > SMALL_CHARS || mayHoldMedia(text) ? describeMedia(body, vectors) : body
}

function mayHoldMedia(text: string): boolean {
  for (const sign of SIGNS) if (text.includes(sign)) return true
  return false
}

/** Replaces every piece of media and every embedding vector in a body. `vectors`: what the request says of these. */
export function describeMedia(body: Json, vectors?: Vectors): Json {
  return mapWith(body, describeValue, vectors)
}

function describeValue(value: Json, site: Site, vectors: Vectors | undefined): Json | undefined {
  if (VECTOR_FIELDS.has(site.key) && isObject(site.holder)) {
    const vector = describeVector(value, vectors)
    if (vector !== undefined) return vector
  }
  if (typeof value === 'string') return value === '' ? undefined : describeText(value, site)
  // `input_audio: {data, format}` of a request, `audio: {id, data, transcript}` of an answer.
  if ((site.key === 'audio' || site.key === 'input_audio') && isObject(value)) return describeAudio(value)
  return undefined
}

function describeAudio(audio: JsonObject): Json | undefined {
  const { data, format } = audio
  if (typeof data !== 'string' || data === '' || data.startsWith('data:')) return undefined
  return { ...audio, data: describeBase64(data, AUDIO_FORMATS.get(String(format)) ?? null, 'audio') }
}

function describeText(value: string, { key, holder, inArray }: Site): Json | undefined {
  if (value.startsWith('data:') && MEDIA_FIELDS.has(key)) {
    const head = DATA_URL.exec(value)
    // A picture is kept as it was sent, within the limit of the body: a person who looks at the call wants to see it.
    if (head?.[1]?.toLowerCase().startsWith('image/')) return undefined
    return head ? describeBase64(value.slice(head[0].length), head[1] || null) : undefined
  }
  if (inArray || !isObject(holder)) return undefined
  if (key === 'file_data') return describeBase64(value, null)
  const isImage = key === 'b64_json' || key === 'partial_image_b64'
  const isResult = key === 'result' && holder.type === 'image_generation_call'
  return isImage || isResult ? describeBase64(value, imageType(holder.output_format)) : undefined
}

function imageType(format: Json | undefined): string | null {
  return typeof format === 'string' ? `image/${format}` : null
}
