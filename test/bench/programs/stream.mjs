// One stream of CHUNKS chunks, read by the SDK, several times, until all is delivered: prints CPU microseconds of the main thread per chunk.
import { flush, markOf, newClient, question } from './canned.mjs'

const CHUNKS = Number(process.env.CHUNKS ?? 5000)
const ROUNDS = 6
const encoder = new TextEncoder()
const event = (content) =>
  encoder.encode(
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`,
  )
const middle = Array.from({ length: CHUNKS - 2 }, (_, index) => event(`word ${index} `))
const done = encoder.encode('data: [DONE]\n\n')

async function canned(_url, init) {
  const mark = markOf(init.body)
  const chunks = [event(`Abegin${mark} `), ...middle, event(`Aend${mark}`), done]
  let at = 0
  const body = new ReadableStream({
    pull(controller) {
      if (at < chunks.length) controller.enqueue(chunks[at++])
      else controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}
const client = newClient(canned)

async function round(number) {
  const stream = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    stream: true,
    messages: question(number),
  })
  let length = 0
  for await (const chunk of stream) length += chunk.choices[0].delta.content.length
  return length
}

await round(0)
await flush()
const before = process.threadCpuUsage()
for (let index = 1; index <= ROUNDS; index++) await round(index)
await flush()
const used = process.threadCpuUsage(before)
console.log(JSON.stringify({ us: (used.user + used.system) / (ROUNDS * CHUNKS), calls: ROUNDS + 1 }))
