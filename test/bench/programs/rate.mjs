// 50 calls a second for SECONDS, each read: prints CPU microseconds of all threads per call, start and delivery included, and the resident
// memory after the last of them. No line of it is the tool's: what delivers when a process exits does so, and is measured after it.
import { newClient, pause, question } from './canned.mjs'

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
const mb = process.memoryUsage.rss() / 1024 / 1024
await globalThis.benchFlush?.()
process.once('exit', () => {
  const { user, system } = process.cpuUsage()
  console.log(JSON.stringify({ us: (user + system) / calls, mb, calls }))
})
process.exit()
