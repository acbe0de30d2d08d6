// CALLS sequential calls of SIZE bytes in and out by a canned fetch: prints CPU microseconds of the main thread per call and MB.
import OpenAI from 'openai'

const size = Number(process.env.SIZE ?? 500)
const calls = Number(process.env.CALLS ?? 5000)
const concurrency = Number(process.env.CONCURRENCY ?? 1)
const answer = {
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1795000000,
  model: 'gpt-4o-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'a'.repeat(size) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
}
const bytes = new TextEncoder().encode(JSON.stringify(answer))
const headers = { 'content-type': 'application/json', 'x-request-id': 'req_bench' }
const pause = () => new Promise((resolve) => setTimeout(resolve, 5))
const fetch = async () => new Response(bytes.slice(), { headers })
const client = new OpenAI({ apiKey: 'sk-bench-key', baseURL: 'http://127.0.0.1:1/v1', fetch })
const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'b'.repeat(size) }] }

async function run(count) {
  let left = count
  const one = async () => {
    // A program has other work: the shipper gets its turn as it would there.
    while (left-- > 0) {
      await client.chat.completions.create(body)
      if (left % 200 === 0) await pause()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, one))
}

await run(Math.min(2000, calls))
const before = process.threadCpuUsage()
await run(calls)
const used = process.threadCpuUsage(before)
console.log(JSON.stringify({ us: (used.user + used.system) / calls, mb: process.memoryUsage.rss() / 1024 / 1024 }))
