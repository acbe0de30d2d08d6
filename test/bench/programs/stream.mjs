// Streams of CHUNKS chunks, read by the SDK, one after the other, until all is delivered: prints CPU microseconds of the main thread per
// chunk, and of the main and all threads per stream. The loop turns once for each chunk, as it does when they come one by one.
import { flush, headers, markOf, newClient, question, turn } from './canned.mjs'
import { startCpu } from './cpu.mjs'
import { prose } from './prose.mjs'

const CHUNKS = Number(process.env.CHUNKS ?? 200)
const STREAMS = Number(process.env.STREAMS ?? 400)
const WARM = Math.min(Number(process.env.WARM ?? 150), STREAMS)
const encoder = new TextEncoder()
const event = (delta, more = {}) =>
  encoder.encode(
    `data: ${JSON.stringify({
      id: 'chatcmpl-CbenchCbenchCbenchCbench',
      object: 'chat.completion.chunk',
      created: 1795000000,
      model: 'gpt-4o-mini-2024-07-18',
      service_tier: 'default',
      system_fingerprint: 'fp_44709d6fcb',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...more }],
      obfuscation: 'aB3dE5fG7',
    })}\n\n`,
  )
const words = prose(CHUNKS * 12, 1).split(/(?<= )/)
const middle = Array.from({ length: CHUNKS - 4 }, (_, index) => event({ content: words[index % words.length] }))
const role = event({ role: 'assistant', content: '', refusal: null })
const end = event({}, { finish_reason: 'stop' })
const done = encoder.encode('data: [DONE]\n\n')

async function canned(_url, init) {
  const mark = markOf(init.body)
  const chunks = [role, event({ content: `Abegin${mark} ` }), ...middle, event({ content: `Aend${mark}` }), end, done]
  let at = 0
  const body = new ReadableStream({
    async pull(controller) {
      await turn()
      if (at < chunks.length) controller.enqueue(chunks[at++])
      else controller.close()
    },
  })
  await turn()
  return new Response(body, { headers: { ...headers, 'content-type': 'text/event-stream; charset=utf-8' } })
}
const client = newClient(canned)

async function round(number) {
  const stream = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    stream: true,
    messages: question(number),
  })
  let length = 0
  for await (const chunk of stream) length += chunk.choices[0]?.delta.content?.length ?? 0
  return length
}

for (let index = 0; index < WARM; index++) await round(index)
await flush()
const used = startCpu()
for (let index = 0; index < STREAMS; index++) await round(WARM + index)
await flush()
const { mainUs, allUs } = used()
const streams = { us: mainUs / (STREAMS * CHUNKS), streamUs: mainUs / STREAMS, allUs: allUs / STREAMS }
console.log(JSON.stringify({ ...streams, calls: WARM + STREAMS }))
