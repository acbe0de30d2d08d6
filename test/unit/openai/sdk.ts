// The real SDK fed with given bytes: what it accumulates is what our folding must give.
import OpenAI from 'openai'
import { foldStream } from '../../../src/decode/fold-stream.ts'
import { parseSse } from '../../../src/decode/sse.ts'
import { parseJson } from '../../../src/json-walk.ts'
import type { Json } from '../../../src/record.ts'

/** Server-sent events of JSON values, `[DONE]` at the end unless told otherwise. */
export function wireOf(events: readonly unknown[], done = true): string {
  const lines = events.map((event) => {
    const type = (event as { type?: unknown }).type
    return `${typeof type === 'string' ? `event: ${type}\n` : ''}data: ${JSON.stringify(event)}\n\n`
  })
  return lines.join('') + (done ? 'data: [DONE]\n\n' : '')
}

/** A client whose every request is answered with these bytes, split into pieces of an awkward size. */
export function clientOf(wire: string, pieceBytes = 7): OpenAI {
  return new OpenAI({
    apiKey: 'sk-test-not-a-key',
    maxRetries: 0,
    fetch: async () => {
      const bytes = new TextEncoder().encode(wire)
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += pieceBytes) controller.enqueue(bytes.slice(at, at + pieceBytes))
          controller.close()
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    },
  })
}

export function foldWire(wire: string): Json {
  return foldStream(parseSse(wire).events).body
}

/** The value without the fields that the SDK's parsing adds to what the server sent. */
export function withoutDerived(value: unknown): Json {
  const parsed = parseJson(JSON.stringify(value, (key, inner) => (DERIVED.has(key) ? undefined : inner)))
  if (!parsed.ok) throw new Error('not JSON')
  return parsed.value
}

const DERIVED = new Set(['parsed', 'parsed_arguments', 'output_parsed', 'output_text', '_request_id'])
