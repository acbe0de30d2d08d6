// One content part of either API → a part of the page. In: unknown JSON. Out: a part; what is not known stays JSON. Pure.
import { reasoningPart } from '../decode/reasoning.ts'
import { type Bag, bag, finite, list, text } from '../narrow.ts'
import type { Part, ToolCall } from './turns.ts'

/** Pictures are shown only from data URLs of these kinds: no request leaves the page, and no SVG is drawn. */
const SHOWN_IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=]+$/
const BASE64 = /^[A-Za-z0-9+/]{64,}={0,2}$/
/** What browsers play of what the APIs name; raw samples (`pcm16`) they do not. */
const SOUND_TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ wav: 'audio/wav', mp3: 'audio/mpeg', flac: 'audio/flac', opus: 'audio/ogg', aac: 'audio/aac' }),
)
const SHOWN_ADDRESS_CHARS = 300

/** Content as the APIs have it: null, a string, or a list of parts. */
export function partsOf(content: unknown): Part[] {
  if (content === null || content === undefined) return []
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  const parts = Array.isArray(content) ? content : [content]
  return parts.flatMap((part) => [...spokenParts(part), ...citations(bag(part).annotations)])
}

/** What was said in a piece of audio stands before what it is. */
function spokenParts(value: unknown): Part[] {
  const { type, transcript, audio } = bag(value)
  if (typeof transcript !== 'string' || !String(type).includes('audio')) return [partOf(value)]
  const sound: Part[] = audio ? [soundPart(audio)] : []
  return [{ kind: 'text', text: transcript }, ...sound]
}

/** What an answer rests on: `annotations` of either API, `citations` and `search_results` of Perplexity and xAI. */
export function citations(values: unknown): Part[] {
  return list(values).map((value): Part => {
    const annotation = bag(value)
    const { title, url, filename, file_id, text: quote } = bag(annotation[text(annotation.type) ?? ''] ?? annotation)
    const place = typeof value === 'string' ? value : (text(url) ?? text(filename) ?? text(file_id))
    const words = [text(title), place ?? text(quote)].filter((word) => word !== null)
    if (words.length === 0) return { kind: 'json', label: text(annotation.type) ?? 'source', value }
    return { kind: 'attachment', what: 'source', details: words.join(' · ').slice(0, SHOWN_ADDRESS_CHARS) }
  })
}

function partOf(value: unknown): Part {
  if (typeof value === 'string') return { kind: 'text', text: value }
  const part = bag(value)
  const type = text(part.type) ?? ''
  const reasoning = reasoningPart(part)
  if (reasoning !== null) return { kind: 'reasoning', text: reasoning }
  if (typeof part.refusal === 'string') return { kind: 'refusal', text: part.refusal }
  if (typeof part.text === 'string') return { kind: 'text', text: part.text }
  if (type.includes('image')) return imagePart(bag(part.image_url).url ?? part.image_url ?? part)
  if (type.includes('audio')) return soundPart(part.input_audio ?? part.audio)
  if (type.includes('file')) return { kind: 'attachment', what: 'file', details: describe(part.file ?? part) }
  return { kind: 'json', label: type || 'content', value }
}

/** A picture when it lies in the record, else its address or description as text. */
export function imagePart(address: unknown): Part {
  if (typeof address !== 'string') return { kind: 'attachment', what: 'image', details: describe(address) }
  if (SHOWN_IMAGE.test(address)) return { kind: 'image', source: address }
  if (BASE64.test(address)) return { kind: 'image', source: dataUrlOf(address) }
  const more = address.length > SHOWN_ADDRESS_CHARS ? '…' : ''
  return { kind: 'attachment', what: 'image', details: address.slice(0, SHOWN_ADDRESS_CHARS) + more }
}

/** Sound when it lies in the record, else its description: `{ data, format }` as both APIs have it, or bytes that were described. */
export function soundPart(value: unknown): Part {
  const { data, format } = bag(value)
  const kind = SOUND_TYPES.get(text(format) ?? 'wav')
  const details = describe(value)
  if (typeof data !== 'string' || kind === undefined || !BASE64.test(data))
    return { kind: 'attachment', what: 'audio', details }
  return { kind: 'sound', source: `data:${kind};base64,${data}`, details }
}

/** A picture that is base64 alone; its first bytes tell what it is. */
export function dataUrlOf(base64: string): string {
  const kind = base64.startsWith('/9j/') ? 'jpeg' : base64.startsWith('UklGR') ? 'webp' : 'png'
  return `data:image/${kind};base64,${base64}`
}

/** An upload or media that the record only describes: `voicemail.m4a · audio/mp4 · 248,120 bytes · sha256 9f2b1c44…`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, SHOWN_ADDRESS_CHARS)
  const { data, file_data: fileData, ...fields } = bag(value)
  const inner = bag(data ?? fileData)
  const all: Bag = { ...fields, ...inner }
  const bytes = finite(all.bytes)
  const hash = text(all.sha256)
  const ms = finite(all.ms)
  const words = [
    ...['filename', 'name', 'file_id', 'file_url', 'media_type', 'format'].map((name) =>
      text(all[name])?.slice(0, 120),
    ),
    bytes === null ? null : `${bytes.toLocaleString('en-US')} bytes`,
    ms === null ? null : `${(ms / 1000).toFixed(1)} s`,
    hash === null ? null : `sha256 ${hash.slice(0, 8)}…`,
    text(all.transcript),
  ]
  return words.filter(Boolean).join(' · ')
}

/** A tool call of either API: `function` and `custom` calls, and the built-in tools' items. */
export function toolCall(id: unknown, name: unknown, args: unknown): ToolCall {
  const written = typeof args === 'string' ? args : args === undefined || args === null ? '' : JSON.stringify(args)
  return { kind: 'call', id: text(id), name: text(name) ?? 'tool', args: written, result: null }
}

/** Puts each result beside its call. Results without a call stay where they are. */
export function placeResult(turns: { parts: Part[] }[], id: string | null, result: readonly Part[]): boolean {
  for (const turn of turns) {
    const at = turn.parts.findIndex((part) => part.kind === 'call' && part.id === id && part.result === null)
    const call = turn.parts[at]
    if (id === null || call?.kind !== 'call') continue
    turn.parts[at] = { ...call, result }
    return true
  }
  return false
}
