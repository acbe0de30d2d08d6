// One stream of many chunks, read by the SDK, several times: prints CPU microseconds of the main thread per chunk.
import OpenAI from 'openai'

const CHUNKS = 5000
const ROUNDS = 6
const event = (text) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: text }, finish_reason: null }] })}\n\n`
const encoder = new TextEncoder()
const chunks = Array.from({ length: CHUNKS }, (_, index) => encoder.encode(event(`word ${index} `)))
chunks.push(encoder.encode('data: [DONE]\n\n'))
const fetch = async () => {
  let at = 0
  const body = new ReadableStream({
    pull(controller) {
      if (at < chunks.length) controller.enqueue(chunks[at++])
      else controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}
const client = new OpenAI({ apiKey: 'sk-bench-key', baseURL: 'http://127.0.0.1:1/v1', fetch })

async function round() {
  const stream = await client.chat.completions.create({
    model: 'm',
    stream: true,
    messages: [{ role: 'user', content: 'x' }],
  })
  let length = 0
  for await (const chunk of stream) length += chunk.choices[0].delta.content.length
  return length
}

await round()
const before = process.threadCpuUsage()
for (let index = 0; index < ROUNDS; index++) await round()
const used = process.threadCpuUsage(before)
console.log(JSON.stringify({ us: (used.user + used.system) / (ROUNDS * CHUNKS) }))
