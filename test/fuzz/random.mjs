// Seeded bytes, texts and JSON, and the ways to spoil them. The same seed gives the same inputs.
import { generator } from '../bench/programs/random.mjs'

export { generator as randomOf }
export const below = (random, limit) => Math.floor(random() * limit)
export const pick = (random, values) => values[below(random, values.length)]

/** Names and texts that mean something to some reader, and those that trip one. */
const NAMES = (
  '__proto__ constructor toString hasOwnProperty length model id object choices index message delta role content tool_calls function name arguments ' +
  'finish_reason usage prompt_tokens total_tokens prompt_tokens_details error type code param output input text logprobs tokens token events data ' +
  'status http_status request response body headers metadata tags user_id attempts started_at otel trace_id span_id v traceId rules redact sampling ratio ' +
  'fingerprint api_key password authorization image_url url b64_json embedding item output_index content_index item_id part annotations reasoning summary'
).split(' ')
const TEXTS = [
  '',
  'stop',
  'assistant',
  'gpt-4o',
  'response.output_text.delta',
  'response.completed',
  'response.created',
  'error',
  'chat.completion.chunk',
  'function',
  '[DONE]',
  '\u0000',
  '\ud800',
  '\u202e',
  '\u001b[2J',
  '💥',
  '1795348926382250000',
  '1e309',
  '-0',
  '{"a":',
  'data:image/png;base64,AAAA',
  'null',
  'Bearer abcdef123456',
  'a@b.ch',
  '10.0.0.1',
  'DE89370400440532013000',
  '4111 1111 1111 1111',
  '../../etc',
  'x'.repeat(300),
]
const NUMBERS = [0, -0, 1, -1, 0.5, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e308, -1e308, 4294967295, 1795348926382.25]

/** Any JSON of up to a few dozen parts. */
export function anyJson(random, depth = 4) {
  const kind = below(random, depth > 0 ? 8 : 5)
  if (kind === 0) return null
  if (kind === 1) return random() < 0.5
  if (kind === 2) return pick(random, NUMBERS)
  if (kind === 3 || kind === 4) return pick(random, random() < 0.3 ? NAMES : TEXTS)
  if (kind === 5) return Array.from({ length: below(random, 4) }, () => anyJson(random, depth - 1))
  const entries = Array.from({ length: below(random, 5) }, () => [pick(random, NAMES), anyJson(random, depth - 1)])
  return Object.fromEntries(entries)
}

/** The value with some of its parts replaced, left out, doubled or put elsewhere. */
export function bend(random, value, rate = 0.1) {
  if (random() < rate) return anyJson(random)
  if (Array.isArray(value)) {
    const bent = value.flatMap((one) =>
      random() < rate / 3 ? [] : random() < rate / 3 ? [one, one] : [bend(random, one, rate)],
    )
    return random() < rate / 3 ? bent.reverse() : bent
  }
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(() => random() >= rate / 3)
  const bent = kept.map(([key, inner]) => [random() < rate / 3 ? pick(random, NAMES) : key, bend(random, inner, rate)])
  if (random() < rate) bent.push([pick(random, NAMES), anyJson(random)])
  return Object.fromEntries(bent)
}

/** Bytes with some of them flipped, cut out, doubled, or replaced by what stands elsewhere in them. */
export function spoil(random, bytes) {
  let spoiled = Buffer.from(bytes)
  for (let times = below(random, 6); times > 0 && spoiled.length > 0; times--) {
    const at = below(random, spoiled.length)
    const length = 1 + below(random, random() < 0.2 ? spoiled.length : 8)
    const piece = spoiled.subarray(at, at + length)
    const kind = below(random, 6)
    if (kind === 0) spoiled[at] ^= 1 << below(random, 8)
    else if (kind === 1) spoiled = Buffer.concat([spoiled.subarray(0, at), spoiled.subarray(at + length)])
    else if (kind === 2) spoiled = Buffer.concat([spoiled.subarray(0, at), piece, spoiled.subarray(at)])
    else if (kind === 3) spoiled = spoiled.subarray(0, at)
    else if (kind === 4) spoiled[at] = pick(random, [0, 10, 13, 34, 44, 58, 91, 92, 93, 123, 125, 255])
    else piece.copy(spoiled, below(random, spoiled.length))
  }
  return spoiled
}
