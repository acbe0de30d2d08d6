import { describe, expect, test } from 'vitest'
import { foldWire, wireOf } from '../openai/sdk.ts'

describe('foldStream', () => {
  test('transcription: the done event, or the text so far', () => {
    const deltas = [
      { type: 'transcript.text.delta', delta: 'Good ' },
      { type: 'transcript.text.delta', delta: 'day' },
    ]
    const usage = { type: 'tokens', input_tokens: 3, output_tokens: 2, total_tokens: 5 }
    expect(foldWire(wireOf(deltas))).toEqual({ text: 'Good day' })
    expect(foldWire(wireOf([...deltas, { type: 'transcript.text.done', text: 'Good day.', usage }]))).toEqual({
      text: 'Good day.',
      usage,
    })
  })

  test('diarised transcription keeps its segments', () => {
    const segment = { id: 's1', start: 0, end: 1, speaker: 'A', text: 'Hi' }
    expect(foldWire(wireOf([{ type: 'transcript.text.segment', ...segment }]))).toEqual({
      text: '',
      segments: [segment],
    })
  })

  test('images: final ones as in a plain answer, partial ones beside', () => {
    const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 }
    const common = { created_at: 7, size: '1024x1024', quality: 'high', background: 'auto', output_format: 'png' }
    const events = [
      { type: 'image_generation.partial_image', partial_image_index: 0, b64_json: 'AA==', ...common },
      { type: 'image_generation.completed', b64_json: 'AQ==', usage, ...common },
    ]
    expect(foldWire(wireOf(events))).toEqual({
      created: 7,
      size: '1024x1024',
      quality: 'high',
      background: 'auto',
      output_format: 'png',
      usage,
      data: [{ b64_json: 'AQ==' }],
      partial_images: [{ partial_image_index: 0, b64_json: 'AA==' }],
    })
  })

  test('speech: audio joined, usage kept', () => {
    const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 }
    const events = [
      { type: 'speech.audio.delta', audio: 'AAEC' },
      { type: 'speech.audio.delta', audio: 'AwQF' },
      { type: 'speech.audio.done', usage },
    ]
    expect(foldWire(wireOf(events))).toEqual({ audio: { data: 'AAECAwQF' }, usage })
  })

  test('a stream of an unknown kind stays as it is; assistants keep their event names as the SDK gives them', () => {
    expect(foldWire('data: {"n":1}\n\nevent: x\ndata: 2\n\nevent: y\ndata: {"type":"y"}\n\n')).toEqual({
      events: [{ n: 1 }, { event: 'x', data: 2 }, { type: 'y' }],
    })
    expect(foldWire('event: thread.message.delta\ndata: {"id":"m","object":"thread.message.delta"}\n\n')).toEqual({
      events: [{ event: 'thread.message.delta', data: { id: 'm', object: 'thread.message.delta' } }],
    })
  })

  test('no events are null', () => {
    expect(foldWire('')).toBeNull()
    expect(foldWire('data: [DONE]\n\n')).toBeNull()
  })
})
