// Folds the streams of audio and image endpoints into what the plain answer looks like. In: events' data in wire order.
// Media stays base64 here; `describe` replaces it. Worker thread.

import { isObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { assignOwn, type Draft, joinCounts, own } from './fold-delta.ts'
import { type Folding, holdsText } from './misfits.ts'
import { settle } from './settle.ts'

/** `transcript.text.delta` and `.done` become a transcription; the text so far when there was no `done`. */
export function foldTranscript({ events, misfits }: Folding): Json {
  const result: Draft = { text: '' }
  const segments: Json[] = []
  for (const [at, event] of events.entries()) {
    misfits.begin(at)
    const { type, ...fields } = event
    if (type === 'transcript.text.delta' && typeof fields.delta === 'string') result.text += fields.delta
    else if (type === 'transcript.text.segment') segments.push(fields)
    else if (type === 'transcript.text.done') {
      const { text } = fields
      assignOwn(result, { ...fields, text: settle(result.text, text, 'text', misfits) })
    } else if (holdsText(fields)) misfits.note()
  }
  return segments.length > 0 ? { ...result, segments } : result
}

/** `image_generation.*` and `image_edit.*` become an images answer with its partial images beside `data`. */
export function foldImages({ events, misfits }: Folding): Json {
  const top: Draft = {}
  const data: Json[] = []
  const partial: Json[] = []
  for (const [at, event] of events.entries()) {
    misfits.begin(at)
    const { type, b64_json, created_at, usage, partial_image_index, sequence_number: _, ...rest } = event
    if (typeof type !== 'string') continue
    assignOwn(top, rest)
    if (created_at !== undefined) top.created = created_at
    if (usage !== undefined) top.usage = own(joinCounts(top.usage, usage) ?? null)
    if (type.endsWith('.completed')) data.push({ b64_json: b64_json ?? null })
    else if (type.endsWith('.partial_image')) {
      partial.push({ partial_image_index: partial_image_index ?? null, b64_json: b64_json ?? null })
    }
  }
  return partial.length > 0 ? { ...top, data, partial_images: partial } : { ...top, data }
}

/** `speech.audio.delta` and `.done` become the audio and its usage. */
export function foldSpeech({ events, misfits }: Folding): Json {
  const result: Draft = { audio: { data: '' } }
  let data = ''
  for (const [at, event] of events.entries()) {
    misfits.begin(at)
    if (event.type === 'speech.audio.delta' && typeof event.audio === 'string') data += event.audio
    else if (isObject(event.usage)) result.usage = own(joinCounts(result.usage, event.usage) ?? null)
    else if (holdsText(event)) misfits.note()
  }
  result.audio = { data }
  return result
}
