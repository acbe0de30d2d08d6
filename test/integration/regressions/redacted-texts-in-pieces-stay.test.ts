// Symptom: with NEATLOGS_REDACT=email the end of an address stayed in a record when a stream brought it in pieces under a name that nobody knows, and all of
// it when an answer of lines of JSON was kept as a text.
import { expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { inputOf, SSE_HEADERS } from '../../unit/decode/input.ts'

const PIECES = ['mail ali', 'ce@exam', 'ple.com now']
const choice = (delta: object): object => ({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: null }] })
const STREAMS: { readonly [what: string]: (piece: string) => object } = {
  content: (piece) => choice({ content: piece }),
  'reasoning of some servers': (piece) => choice({ reasoning_content: piece }),
  'a field that nobody knows': (piece) => choice({ odd: piece, content: 'x' }),
  'a field that nobody knows, below another': (piece) => choice({ odd: { deep: piece } }),
  'arguments of a tool': (piece) => choice({ tool_calls: [{ index: 0, function: { arguments: piece } }] }),
  'an event that nobody knows': (piece) => ({
    type: 'response.new_thing.delta',
    item_id: 'i',
    output_index: 0,
    delta: piece,
  }),
  'events of no API': (piece) => ({ foo: [{ bar: piece }] }),
}

test.each(Object.keys(STREAMS))('%s', (what) => {
  const events = PIECES.map((piece) => STREAMS[what]?.(piece))
  const sse = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  const lines = events.map((event) => JSON.stringify(event)).join('\n')
  for (const redact of [['email'], ['/ali\\S*com/']])
    for (const [answer, type] of [
      [sse, SSE_HEADERS['content-type']],
      [lines, 'application/x-ndjson'],
    ] as const) {
      const close = { headers: { 'content-type': type } }
      const { response } = decodeCall(inputOf({ request: { stream: true }, answer, close, options: { redact } }))
      expect(JSON.stringify(response.body)).not.toMatch(/ali|ce@exam|ple\.com/)
      expect(response.body).not.toBeNull()
    }
})
