// The client on a canned `fetch`, for all tools alike. Every question carries a mark at its begin and its end, and so does its
// answer: the sink can tell which calls arrived, and whether whole. A tool that wraps clients has left `benchWrap`.
import OpenAI from 'openai'

export const size = Number(process.env.SIZE ?? 500)
const wrap = globalThis.benchWrap ?? ((client) => client)
const DIGITS = 7
const filler = 'b'.repeat(Math.max(0, size - 30))
const headers = { 'content-type': 'application/json', 'x-request-id': 'req_bench' }
const encoder = new TextEncoder()
const template = encoder.encode(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1795000000,
    model: 'gpt-4o-mini',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: `Abegin0000000 ${'a'.repeat(Math.max(0, size - 30))} Aend0000000` },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }),
)
const text = new TextDecoder().decode(template)
const places = [text.indexOf('Abegin') + 6, text.indexOf('Aend') + 4]

/** The digits of the mark in a request's body. */
export function markOf(body) {
  const at = body.indexOf('Qbegin') + 6
  return body.slice(at, at + DIGITS)
}

async function canned(_url, init) {
  const bytes = template.slice()
  const mark = encoder.encode(markOf(init.body))
  for (const place of places) bytes.set(mark, place)
  return new Response(bytes, { headers })
}

/** A client of this tool; `fetch` answers in its own way when given. */
export function newClient(fetch = canned) {
  return wrap(new OpenAI({ apiKey: 'sk-bench-key', baseURL: 'http://127.0.0.1:1/v1', fetch, maxRetries: 0 }))
}

/** The messages of call `number`. */
export function question(number) {
  const mark = String(number).padStart(DIGITS, '0')
  return [{ role: 'user', content: `Qbegin${mark} ${filler} Qend${mark}` }]
}

/** Lets timers, sockets and the tool's own work have a turn. */
export const pause = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Resolves when what was recorded until now has been delivered: by the documented flush of the tool, which then does on the main thread what it
 * would do there a moment later. neatlogs does nothing there, so it is only waited for.
 */
export async function flush() {
  await globalThis.benchFlush?.()
  if (!process.env.BENCH_NEATLOGS) return
  const { stats } = await import(process.env.BENCH_NEATLOGS)
  while (stats().pending > 0) await pause(100)
}

/** Makes `count` calls, `concurrency` at a time; a program has other work, so there is a pause each 200 calls. */
export async function callAll(client, count, { concurrency = 1, first = 0, each } = {}) {
  let next = 0
  const one = async () => {
    while (next < count) {
      const number = first + next++
      await client.chat.completions.create({ model: 'gpt-4o-mini', messages: question(number) })
      if (next % 200 === 0) await pause()
      each?.(number - first + 1)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, one))
}
