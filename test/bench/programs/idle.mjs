// A few calls, then a minute without any: prints the CPU milliseconds of all threads in that minute. What is delivered late is delivered before it.
import { newClient, pause, question } from './canned.mjs'

const seconds = Number(process.env.SECONDS ?? 60)
/** A collection that waits for idleness, a batch that waits for company, a connection that waits for its end. */
const settleSeconds = Number(process.env.SETTLE_SECONDS ?? 10)
const client = newClient()
for (let number = 0; number < 5; number++) {
  await client.chat.completions.create({ model: 'gpt-4o-mini', messages: question(number) })
}
await pause(settleSeconds * 1000)
const before = process.cpuUsage()
await pause(seconds * 1000)
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ ms: (user + system) / 1000, calls: 5 }))
await globalThis.benchFlush?.()
process.exit()
