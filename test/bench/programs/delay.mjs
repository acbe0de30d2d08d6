// A steady load for SECONDS: 500 calls a second of SIZE bytes, answered after 20 ms, so that about ten are always under way. Prints how
// late the event loop was, p50 and p99 in milliseconds (the timer's own resolution of 1 ms is in both, and in the bare client's).
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { markOf, newClient, pause, question, size } from './canned.mjs'

const EVERY_MS = 10
const PER_MS = 0.5
const ANSWER_MS = 20
const seconds = Number(process.env.SECONDS ?? 4)
const answer = 'a'.repeat(size)
const template = (mark) => ({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1795000000,
  model: 'gpt-4o-mini',
  choices: [
    { index: 0, message: { role: 'assistant', content: `Abegin${mark} ${answer} Aend${mark}` }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
})
const client = newClient(async (_url, init) => {
  await pause(ANSWER_MS)
  return Response.json(template(markOf(init.body)), { headers: { 'x-request-id': 'req_bench' } })
})

let calls = 0
const open = new Set()

/** Makes as many calls as are due by the clock: a late timer must not make the load smaller. */
async function load(ms) {
  const began = performance.now()
  const first = calls
  for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - began) {
    for (const due = first + Math.floor(elapsed * PER_MS); calls < due; calls++) {
      const call = client.chat.completions.create({ model: 'gpt-4o-mini', messages: question(calls) })
      open.add(call)
      Promise.resolve(call).then(() => open.delete(call))
    }
    await pause(EVERY_MS)
  }
}

await load(1000) // what is loaded with the first calls is the start-up row's
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
await load(seconds * 1000)
delay.disable()
await Promise.all(open)
console.log(JSON.stringify({ p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, calls }))
