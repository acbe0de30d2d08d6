import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { describeBytes } from '../../../src/content/media.ts'
import { bareMediaType, isBinaryType, isJsonType, sniffMediaType } from '../../../src/content/media-type.ts'
import { describeMedia, describeMediaIn } from '../../../src/decode/describe.ts'
import type { Json } from '../../../src/record.ts'

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const WAV = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVEfmt '), Buffer.alloc(8, 7)])
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('describeMedia', () => {
  test('an embedding in floats and in base64 has one size and one hash', () => {
    const vector = [0.25, -1.5, 3, 0.1]
    const bytes = Buffer.from(Float32Array.from(vector).buffer)
    const common = { type: 'embedding', dimensions: 4, bytes: 16, sha256: hash(bytes) }
    const body = {
      object: 'list',
      data: [
        { index: 0, embedding: vector },
        { index: 1, embedding: bytes.toString('base64') },
      ],
    }
    expect(describeMedia(body)).toEqual({
      object: 'list',
      data: [
        { index: 0, embedding: { ...common, encoding: 'float' } },
        { index: 1, embedding: { ...common, encoding: 'base64' } },
      ],
    })
  })

  test('images: b64_json and the result of an image tool; a picture sent as a data URL stays', () => {
    const base64 = PNG.toString('base64')
    const image = { type: 'image', media_type: 'image/png', encoding: 'base64', bytes: PNG.length, sha256: hash(PNG) }
    const body = {
      data: [{ b64_json: base64 }],
      messages: [
        { content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${base64}`, detail: 'low' } }] },
      ],
      output: [{ type: 'image_generation_call', result: base64, output_format: 'png' }],
    }
    expect(describeMedia(body)).toEqual({
      data: [{ b64_json: image }],
      messages: body.messages,
      output: [{ type: 'image_generation_call', result: image, output_format: 'png' }],
    })
  })

  test('audio in and out, pieces of a stream padded one by one', () => {
    const joined = `${WAV.subarray(0, 10).toString('base64')}${WAV.subarray(10).toString('base64')}`
    expect(joined).toMatch(/=.*[A-Za-z0-9]/)
    const audio = { type: 'audio', media_type: 'audio/wav', encoding: 'base64', bytes: WAV.length, sha256: hash(WAV) }
    expect(describeMedia({ input_audio: { data: WAV.toString('base64'), format: 'wav' } })).toEqual({
      input_audio: { data: audio, format: 'wav' },
    })
    expect(describeMedia({ audio: { id: 'a', data: joined, transcript: 'hi' } })).toEqual({
      audio: { id: 'a', data: audio, transcript: 'hi' },
    })
  })

  test('files', () => {
    const pdf = Buffer.from('%PDF-1.7 something more')
    const file = {
      type: 'file',
      media_type: 'application/pdf',
      encoding: 'base64',
      bytes: pdf.length,
      sha256: hash(pdf),
    }
    expect(describeMedia({ file_data: `data:application/pdf;base64,${pdf.toString('base64')}` })).toEqual({
      file_data: file,
    })
    expect(describeMedia({ file_data: pdf.toString('base64') })).toEqual({ file_data: file })
  })

  test('a data URL that somebody wrote in a text stays text', () => {
    const url = `data:image/png;base64,${PNG.toString('base64')}`
    const body = { content: url, text: url, input: [url], url: `${url} and more`, image_url: 'data:text/plain,hello' }
    expect(describeMedia(body)).toBe(body)
    expect(describeMedia({ file_url: ['data:audio/wav;base64,AAAA'] })).toMatchObject({ file_url: [{ type: 'audio' }] })
  })

  test('text stays text, the very same object', () => {
    const body = {
      data: 'not audio at all, plain text',
      url: 'data:,hello',
      result: 'a'.repeat(40),
      input: [1, 2, 3],
      key: { data: 'x'.repeat(30), extra: 1 },
    }
    expect(describeMedia(body)).toBe(body)
  })
})

test('describeBytes trusts the header, else the first bytes', () => {
  expect(describeBytes(PNG, null)).toMatchObject({ type: 'image', media_type: 'image/png', bytes: 16 })
  expect(describeBytes(PNG, 'audio/mpeg')).toMatchObject({ type: 'audio', media_type: 'audio/mpeg' })
  expect(describeBytes(Buffer.from([1, 2, 3]), null)).toMatchObject({ type: 'binary', media_type: null, bytes: 3 })
})

test.each([
  ['474946383961', 'image/gif'],
  ['524946460000000057454250', 'image/webp'],
  ['fffb9064', 'audio/mpeg'],
  ['000000186674797069736f6d', 'video/mp4'],
  ['00', null],
])('first bytes %s are %s', (hex, expected) => {
  expect(sniffMediaType(Buffer.from(hex, 'hex'))).toBe(expected)
})

test('media types of headers', () => {
  expect(bareMediaType('Application/JSON; charset=utf-8')).toBe('application/json')
  expect(bareMediaType(undefined)).toBeNull()
  expect(isJsonType('application/problem+json')).toBe(true)
  expect(isJsonType('text/plain')).toBe(false)
  expect(isBinaryType('audio/mpeg')).toBe(true)
  expect(isBinaryType('application/octet-stream')).toBe(true)
  expect(isBinaryType('text/event-stream')).toBe(false)
})

test('a small text in which nothing is to be described is told by its signs, however they are written', () => {
  const base64 = PNG.toString('base64')
  const fields: readonly Json[] = [
    { embedding: [1, 2] },
    { embeddings: { int8: [1, 2] } },
    { sparse_embedding: [1] },
    { audio: { data: base64, format: 'wav' } },
    { input_audio: [{ data: base64 }] },
    { file: { file_data: base64 } },
    { b64_json: base64, output_format: 'png' },
    { partial_image_b64: base64 },
    { type: 'image_generation_call', result: base64 },
    ...['url', 'image_url', 'mask', 'data', 'source', 'result'].map((name) => ({
      [name]: `data:audio/wav;base64,${base64}`,
    })),
    { type: 'function_call', result: base64, content: 'data', usage: { audio_tokens: 1 } },
  ]
  for (const field of fields) {
    const plain = JSON.stringify({ a: [field, 'x'] })
    const escaped = plain.replace(/[_:]?[a-z](?=[a-z0-9_]{2,}[":])/g, (letters) => {
      const code = letters.charCodeAt(letters.length - 1).toString(16)
      return `${letters.slice(0, -1)}\\u00${code}`
    })
    for (const text of [plain, escaped, plain.replaceAll(',"', ' ,\n "').replaceAll('":', '" :')]) {
      const body = JSON.parse(text) as Json
      expect(describeMediaIn(text, body)).toEqual(describeMedia(body))
    }
  }
})
