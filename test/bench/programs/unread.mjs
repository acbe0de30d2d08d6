// 250 calls a second for SECONDS whose answers nobody reads: prints the resident memory in MB.
import { newClient, pause, question } from './canned.mjs'

const PER_MS = 0.25
const seconds = Number(process.env.SECONDS ?? 60)
const client = newClient()
const began = performance.now()
let calls = 0
for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - began) {
  for (; calls < elapsed * PER_MS; calls++)
    void client.chat.completions.create({ model: 'gpt-4o-mini', messages: question(calls) })
  await pause(10)
}
console.log(JSON.stringify({ mb: process.memoryUsage.rss() / 1024 / 1024, calls: 0 }))
process.exit()
