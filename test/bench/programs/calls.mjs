// CALLS calls of SIZE bytes in and out, CONCURRENCY at a time, until all is delivered: most tools batch, and do their work on the main
// thread later. Prints CPU microseconds per call of the main thread and of the whole process, and MB.
import { callAll, flush, newClient } from './canned.mjs'

const calls = Number(process.env.CALLS ?? 5000)
const warm = Math.min(Number(process.env.WARM ?? 2000), calls)
const concurrency = Number(process.env.CONCURRENCY ?? 1)
const client = newClient()

await callAll(client, warm, { concurrency })
await flush()
const before = { thread: process.threadCpuUsage(), all: process.cpuUsage() }
await callAll(client, calls, { concurrency, first: warm })
await flush()
const [thread, all] = [process.threadCpuUsage(before.thread), process.cpuUsage(before.all)]
const perCall = ({ user, system }) => (user + system) / calls
const mb = process.memoryUsage.rss() / 1024 / 1024
console.log(JSON.stringify({ us: perCall(thread), allUs: perCall(all), mb, calls: warm + calls }))
