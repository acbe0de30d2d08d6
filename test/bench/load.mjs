// Load: 30,000 calls of 5 KB at 10,000 a second through the recorder, with the server up and down. `node test/bench/load.mjs [dist]`.
// Prints a table: what the main thread pays, how late its timers are, memory, and the time until all is delivered or on disk.
import { fork, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath, pathToFileURL } from 'node:url'

const COUNT = 30_000
const PER_MS = 10
const HALF_BYTES = 2500
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const [dist = join(ROOT, 'dist'), role = 'table'] = process.argv.slice(2)

if (role === 'sink') serve()
else if (role === 'table') await printTable()
else await run(role)

/** Takes everything, keeps nothing. */
function serve() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end())
  })
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
}

async function printTable() {
  const rows = {}
  for (const state of ['bare', 'up', 'down']) {
    const sink = fork(fileURLToPath(import.meta.url), [dist, 'sink'])
    const port = await new Promise((resolve) => sink.once('message', resolve))
    if (state === 'down') await ended(sink, 'SIGKILL')
    const dir = mkdtempSync(join(tmpdir(), 'neatlogs-load-'))
    const env = {
      ...process.env,
      NEATLOGS_API_KEY: 'nl-test-load',
      NEATLOGS_ENDPOINT: `http://127.0.0.1:${port}`,
      NEATLOGS_DIR: dir,
      NEATLOGS_LOG_LEVEL: 'silent',
    }
    const child = spawn(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), dist, state], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      text += piece
    })
    await new Promise((resolve) => child.on('close', resolve))
    rows[state] = { ...JSON.parse(text), 'left on disk, MB': Math.round(bytesBelow(dir) / 1e6) }
    if (state !== 'down') await ended(sink, 'SIGKILL')
    rmSync(dir, { recursive: true })
  }
  console.table(rows)
}

function ended(child, signal) {
  child.kill(signal)
  return new Promise((resolve) => child.once('exit', resolve))
}

function bytesBelow(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return names.reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0)
}

async function run(state) {
  const load = (name) => import(pathToFileURL(join(dist, name)).href)
  const { parseOptions } = await load('options/options.js')
  const { openRecorder } = await load('recorder/recorder.js')
  const { uuid7 } = await load('clock.js')
  const { options } = parseOptions(process.env)
  const recorder = openRecorder(options, process.env, () => undefined, false)
  const append = state === 'bare' ? () => true : recorder.sink.append
  const message = { role: 'user', content: 'x'.repeat(HALF_BYTES - 100) }
  const request = JSON.stringify({ model: 'gpt-4o-mini', messages: [message] })
  const answer = Buffer.from(
    JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model: 'gpt-4o-mini',
      choices: [{ index: 0, message }],
    }),
  )
  globalThis.gc()
  const rssMb = () => process.memoryUsage.rss() / 1e6
  const before = { rss: rssMb(), cpu: process.cpuUsage() }
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let appendMs = 0
  let peak = before.rss
  const beganMs = performance.now()
  for (let at = 0; at < COUNT; ) {
    const due = Math.min(COUNT, Math.floor((performance.now() - beganMs) * PER_MS))
    const t0 = performance.now()
    for (; at < due; at++) callOnce(append, uuid7(Date.now()), request, answer)
    appendMs += performance.now() - t0
    if (at % 500 < PER_MS) peak = Math.max(peak, rssMb())
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const loadMs = performance.now() - beganMs
  delay.disable()
  const drainMs = performance.now()
  const result = state === 'bare' ? { delivered: 0, pending: 0 } : await recorder.flush(120_000)
  const flushMs = performance.now() - drainMs
  peak = Math.max(peak, rssMb())
  process.stdout.write(
    JSON.stringify({
      'load, s': round(loadMs / 1000, 1),
      'main thread, µs per call': round((appendMs * 1000) / COUNT, 1),
      'timers late p50, ms': round(delay.percentile(50) / 1e6, 1),
      'p99, ms': round(delay.percentile(99) / 1e6, 1),
      'memory over start, MB': round(peak - before.rss, 0),
      'then to drain, s': round(flushMs / 1000, 1),
      delivered: result.delivered,
      pending: result.pending,
    }),
    () => process.exit(0),
  )
}

function callOnce(append, id, request, answer) {
  const at = Date.now()
  const url = 'http://127.0.0.1:9/v1/chat/completions'
  append({ t: 'open', id, at, provider: 'openai', sdk: '6.49.0', verb: 'POST', url, body: 'json' }, request)
  append({ t: 'close', id, status: 'ok', ms: 1, httpStatus: 200, attempts: [{ at: 0, ms: 1, status: 200 }] }, answer)
}

function round(value, digits) {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
