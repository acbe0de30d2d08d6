// The same program as import.mjs, which also imports what programs import of neatlogs: CPU milliseconds of the whole process until here.
import OpenAI from 'openai'

if (process.env.BENCH_NEATLOGS) await import(process.env.BENCH_NEATLOGS)
new OpenAI({ apiKey: 'sk-bench-key' })
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ ms: (user + system) / 1000 }))
process.exit()
