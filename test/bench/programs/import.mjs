// A program that imports openai and makes a client: prints the CPU milliseconds of the whole process until here.
import OpenAI from 'openai'

const wrap = globalThis.benchWrap ?? ((client) => client)
wrap(new OpenAI({ apiKey: 'sk-bench-key' }))
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ ms: (user + system) / 1000 }))
process.exit()
