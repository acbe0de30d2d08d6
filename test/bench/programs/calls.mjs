// CALLS calls of SIZE bytes in and out, CONCURRENCY at a time, until all is delivered: most tools batch, and do their work on the main
// thread later. Prints CPU microseconds per call of the main thread and of the whole process, wall time per call, and MB.
import { callAll, flush, newClient } from './canned.mjs'
import { startCpu } from './cpu.mjs'

const calls = Number(process.env.CALLS ?? 5000)
const warm = Math.min(Number(process.env.WARM ?? 2000), calls)
const concurrency = Number(process.env.CONCURRENCY ?? 1)
/** Records in files are not looked for at the sink. */
const isSeen = process.env.BENCH_UNSEEN === undefined
const client = newClient()

await callAll(client, warm, { concurrency })
await flush()
const used = startCpu()
const beganMs = performance.now()
await callAll(client, calls, { concurrency, first: warm })
const wallUs = ((performance.now() - beganMs) * 1000) / calls
await flush()
const { mainUs, allUs } = used()
const mb = process.memoryUsage.rss() / 1024 / 1024
console.log(JSON.stringify({ us: mainUs / calls, allUs: allUs / calls, wallUs, mb, calls: isSeen ? warm + calls : 0 }))
