// 50 calls a second for SECONDS, each read: prints CPU microseconds of all threads per call, start included, and the resident memory at the end.
import { flush, newClient, pause, question } from './canned.mjs'

const PER_MS = 0.05
const EVERY_MS = 20
const seconds = Number(process.env.SECONDS ?? 30)
const client = newClient()
const began = performance.now()
const open = []
let calls = 0
for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - began) {
  for (; calls < elapsed * PER_MS; calls++) {
    open.push(client.chat.completions.create({ model: 'gpt-4o-mini', messages: question(calls) }))
  }
  await Promise.all(open.splice(0))
  await pause(EVERY_MS)
}
await flush()
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ us: (user + system) / calls, mb: process.memoryUsage.rss() / 1024 / 1024, calls }))
process.exit()
