// STREAMS streams with prompts of 300 KB that have begun and not ended: prints what the heap holds then, in MB. Needs --expose-gc, by v8 here.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { newClient, pause } from './canned.mjs'

const STREAMS = Number(process.env.STREAMS ?? 1000)
setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc')
const first = new TextEncoder().encode('data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n')
const client = newClient(async () => {
  await pause(0)
  const body = new ReadableStream({ start: (controller) => controller.enqueue(first) })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
})
const kept = []
for (let number = 0; number < STREAMS; number++) {
  const messages = [{ role: 'user', content: `${number} `.repeat(300_000 / (String(number).length + 1)) }]
  const stream = await client.chat.completions.create({ model: 'gpt-4o-mini', stream: true, messages })
  const iterator = stream[Symbol.asyncIterator]()
  await iterator.next()
  kept.push(iterator)
}
await pause(2500)
gc()
await pause(10)
gc()
const { heapUsed, arrayBuffers } = process.memoryUsage()
console.log(JSON.stringify({ mb: (heapUsed + arrayBuffers) / 1024 / 1024, calls: 0 }))
process.exit()
