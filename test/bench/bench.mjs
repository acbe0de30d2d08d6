// `npm run bench [-- --node 24] [--only REGEXP]`: what the hook costs, as differences to the bare client in the same run, in alternating order,
// medians. Prints a table with the budgets and writes docs/benchmarks.md. Each figure is a child process of its own.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nodeBinary } from '../../fixtures/node.mjs'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const REGISTER = new URL('../../register.mjs', import.meta.url).href
const major = process.argv.includes('--node') ? process.argv[process.argv.indexOf('--node') + 1] : '24'
const only = process.argv.includes('--only') ? new RegExp(process.argv[process.argv.indexOf('--only') + 1]) : null
const node = await nodeBinary(major)
const programs = join(ROOT, 'fixtures', 'openai-6.49.0', '.apps', 'bench')
mkdirSync(programs, { recursive: true })
cpSync(join(ROOT, 'test', 'bench', 'programs'), programs, { recursive: true })
writeFileSync(
  join(programs, 'import.mjs'),
  "import OpenAI from 'openai'\nnew OpenAI({ apiKey: 'sk-bench-key' })\n" + cpuLine(),
)
writeFileSync(join(programs, 'empty.mjs'), cpuLine())

function cpuLine() {
  return 'const { user, system } = process.cpuUsage()\nconsole.log(JSON.stringify({ ms: (user + system) / 1000 }))\n'
}

async function measure(program, field, { hooked, env = {} }) {
  const dir = mkdtempSync(join(tmpdir(), 'neatlogs-bench-'))
  const flags = hooked ? ['--import', REGISTER] : []
  const clean = {
    PATH: process.env.PATH,
    HOME: dir,
    NEATLOGS_DIR: join(dir, 'n'),
    NEATLOGS_EXPORTER: 'file',
    NEATLOGS_LOG_LEVEL: 'silent',
  }
  try {
    const { stdout } = await run(node, [...flags, join(programs, program)], { env: { ...clean, ...env } })
    return JSON.parse(stdout.trim().split('\n').at(-1))[field]
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

async function compare(name, budget, unit, rounds, program, field, env) {
  if (only !== null && !only.test(name)) return null
  const bare = []
  const hooked = []
  for (let round = 0; round < rounds; round++) {
    bare.push(await measure(program, field, { hooked: false, env }))
    hooked.push(await measure(program, field, { hooked: true, env }))
  }
  const added = median(hooked) - median(bare)
  const row = [
    name,
    `${median(bare).toFixed(2)} ${unit}`,
    `${median(hooked).toFixed(2)} ${unit}`,
    `${added.toFixed(2)} ${unit}`,
    `${(median(hooked) / median(bare)).toFixed(2)}×`,
    `≤ ${budget} ${unit}`,
    added <= budget ? 'met' : 'not met',
  ]
  console.log(row.join('  |  '))
  return row
}

const down = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
await new Promise((resolve) => down.once('listening', resolve))
const downEnv = {
  NEATLOGS_EXPORTER: 'neatlogs',
  NEATLOGS_API_KEY: 'bench-key',
  NEATLOGS_ENDPOINT: `http://127.0.0.1:${down.address().port}`,
  NEATLOGS_EXIT_TIMEOUT_MS: '0',
}

const rows = [
  await compare('preload in a program without openai, CPU', 6, 'ms', 15, 'empty.mjs', 'ms'),
  await compare('start-up of a program that imports openai, CPU', 10, 'ms', 15, 'import.mjs', 'ms'),
  await compare('a call, 0.5 KB in and out, main-thread CPU', 25, 'µs', 5, 'calls.mjs', 'us', { SIZE: '500' }),
  await compare('a call, 50 KB in and out, main-thread CPU', 80, 'µs', 5, 'calls.mjs', 'us', {
    SIZE: '50000',
    CALLS: '3000',
  }),
  await compare('a call, 0.5 KB, 50 at once, main-thread CPU', 25, 'µs', 5, 'calls.mjs', 'us', {
    SIZE: '500',
    CONCURRENCY: '50',
  }),
  await compare('a streamed chunk, main-thread CPU', 0.5, 'µs', 5, 'stream.mjs', 'us'),
  await compare('memory after 20,000 calls, destination up, RSS', 30, 'MB', 3, 'calls.mjs', 'mb', { CALLS: '20000' }),
  await compare('memory after 20,000 calls, server answers 503, RSS', 30, 'MB', 3, 'calls.mjs', 'mb', {
    CALLS: '20000',
    ...downEnv,
  }),
]
down.close()
if (only !== null) process.exit(0)

const head = ['what', 'bare', 'with the hook', 'added', 'ratio', 'budget', '']
const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
writeFileSync(
  join(ROOT, 'docs', 'benchmarks.md'),
  `# Benchmarks

Written by \`npm run bench -- --node ${major}\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0]?.model.trim()}, ${cpus().length} cores, Linux, Node ${major}, openai 6.49.0.
Medians of runs in alternating order; the client is the real one with a canned \`fetch\`, so that the network's share is nothing.

${table}
`,
)
console.log('\nwritten to docs/benchmarks.md')
