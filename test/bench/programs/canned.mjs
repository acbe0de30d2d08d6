// The client on a canned `fetch`, for all tools alike. It answers after the event loop has turned once, as no answer of a server comes earlier:
// what a tool puts off runs. Each question carries a mark at its begin and its end, and so does its answer: the sink can tell which calls
// arrived, and whether whole. A tool that wraps clients has left `benchWrap`.
import OpenAI from 'openai'
import { prose } from './prose.mjs'

export const size = Number(process.env.SIZE ?? 500)
const wrap = globalThis.benchWrap ?? ((client) => client)
const DIGITS = 7
/** Different texts, so that no tool (and no compiler) sees one again and again. */
const TEXTS = 64
const encoder = new TextEncoder()

/** The heads of an answer of api.openai.com. */
export const headers = {
  date: 'Mon, 30 Nov 2026 06:00:00 GMT',
  'content-type': 'application/json',
  connection: 'keep-alive',
  'access-control-expose-headers': 'X-Request-ID',
  'openai-organization': 'bench-organization',
  'openai-processing-ms': '412',
  'openai-project': 'proj_bench',
  'openai-version': '2020-10-01',
  'x-envoy-upstream-service-time': '431',
  'x-ratelimit-limit-requests': '10000',
  'x-ratelimit-limit-tokens': '10000000',
  'x-ratelimit-remaining-requests': '9999',
  'x-ratelimit-remaining-tokens': '9999871',
  'x-ratelimit-reset-requests': '6ms',
  'x-ratelimit-reset-tokens': '0s',
  'x-request-id': 'req_6f1c2d3e4b5a69788796a5b4c3d2e1f0',
  'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
  'cf-cache-status': 'DYNAMIC',
  'x-content-type-options': 'nosniff',
  server: 'cloudflare',
  'cf-ray': '9a1b2c3d4e5f6789-FRA',
  'alt-svc': 'h3=":443"; ma=86400',
}

const texts = Array.from({ length: TEXTS }, (_, seed) => prose(Math.max(0, size - 30), seed + 1))
const usage = {
  prompt_tokens: 141,
  completion_tokens: 152,
  total_tokens: 293,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
}

/** What a server answers with `content`. */
export const completion = (content) => ({
  id: 'chatcmpl-CbenchCbenchCbenchCbench',
  object: 'chat.completion',
  created: 1795000000,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage,
  service_tier: 'default',
  system_fingerprint: 'fp_44709d6fcb',
})
const templates = texts.map((text) => {
  const bytes = encoder.encode(JSON.stringify(completion(`Abegin0000000 ${text} Aend0000000`)))
  return { bytes, places: [placeOf(bytes, 'Abegin'), placeOf(bytes, 'Aend')] }
})

function placeOf(bytes, word) {
  return Buffer.from(bytes).lastIndexOf(word) + word.length
}

/** The digits of the mark in a request's body. */
export function markOf(body) {
  const at = body.indexOf('Qbegin') + 6
  return body.slice(at, at + DIGITS)
}

/** One turn of the event loop. */
export const turn = () => new Promise((resolve) => setImmediate(resolve))

async function canned(_url, init) {
  const mark = markOf(init.body)
  const template = templates[Number(mark) % TEXTS]
  const bytes = template.bytes.slice()
  const digits = encoder.encode(mark)
  for (const place of template.places) bytes.set(digits, place)
  await turn()
  return new Response(bytes, { headers })
}

/** A client of this tool; `fetch` answers in its own way when given. */
export function newClient(fetch = canned) {
  return wrap(new OpenAI({ apiKey: 'sk-bench-key', baseURL: 'http://127.0.0.1:1/v1', fetch, maxRetries: 0 }))
}

/** The messages of call `number`. */
export function question(number) {
  const mark = String(number).padStart(DIGITS, '0')
  return [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: `Qbegin${mark} ${texts[(number * 7) % TEXTS]} Qend${mark}` },
  ]
}

/** Lets timers, sockets and the tool's own work have a turn. */
export const pause = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves when what was recorded until now has been delivered: by the documented flush of each tool. */
export async function flush() {
  await globalThis.benchFlush?.()
  if (process.env.BENCH_NEATLOGS) await (await import(process.env.BENCH_NEATLOGS)).flush()
}

/** Makes `count` calls, `concurrency` at a time; `every` ms one starts, or at full speed. */
export async function callAll(client, count, { concurrency = 1, first = 0, each } = {}) {
  let next = 0
  const one = async () => {
    while (next < count) {
      const number = first + next++
      await client.chat.completions.create({ model: 'gpt-4o-mini', temperature: 0.2, messages: question(number) })
      each?.(number - first + 1)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, one))
}
