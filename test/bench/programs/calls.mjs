// CALLS calls of SIZE bytes in and out, CONCURRENCY at a time, until all is delivered: most tools batch, and do their work on the main
// thread later. Prints CPU microseconds per call of the main thread and of the whole process, calls a second, and MB.
import { callAll, flush, newClient } from './canned.mjs'
import { startCpu } from './cpu.mjs'

const calls = Number(process.env.CALLS ?? 5000)
const warm = Math.min(Number(process.env.WARM ?? 2000), calls)
const concurrency = Number(process.env.CONCURRENCY ?? 1)
const client = newClient()

await callAll(client, warm, { concurrency })
await flush()
const used = startCpu()
const beganMs = performance.now()
await callAll(client, calls, { concurrency, first: warm })
const perSecond = (calls * 1000) / (performance.now() - beganMs)
await flush()
const { mainUs, allUs } = used()
const mb = process.memoryUsage.rss() / 1024 / 1024
console.log(JSON.stringify({ us: mainUs / calls, allUs: allUs / calls, perSecond, mb, calls: warm + calls }))
