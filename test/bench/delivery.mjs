// How delivery behaves beside a server that is far away, a line that is slow, and a folder full of other programs' lanes.
// `node test/bench/delivery.mjs [far] [lanes] [slow] [foreign]`: prints one line of JSON for each. Uses dist/.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startNeatlogs } from '../../fixtures/servers/neatlogs.mjs'
import { ROOT } from './options.mjs'
import { placePrograms } from './subjects.mjs'

const dist = (path) => import(join(ROOT, 'dist', path))
const { describeLane } = await dist('recorder/lane-info.js')
const { parseOptions, chooseExporters } = await dist('options/options.js')
const { createLane, newLaneName } = await dist('spool/lane.js')
const { appendFrame, closeSegment, openSegment } = await dist('spool/segment.js')
const folder = placePrograms(join(ROOT, 'fixtures', 'openai-6.49.0', '.apps'))

const IDLE_MS = 30_000
const say = (what, figures) => console.log(JSON.stringify({ what, ...figures }))
const seconds = (beganMs) => Math.round((performance.now() - beganMs) / 100) / 10

function environment(kind, url, dir) {
  const way =
    kind === 'otlp'
      ? { OTEL_EXPORTER_OTLP_ENDPOINT: url, NEATLOGS_CAPTURE_CONTENT: 'true', OTEL_METRICS_EXPORTER: 'none' }
      : { NEATLOGS_API_KEY: 'bench-key', NEATLOGS_ENDPOINT: url }
  return { PATH: process.env.PATH, HOME: dir, NEATLOGS_DIR: join(dir, 'neatlogs'), ...way }
}

let pid = 5_000_000
/** Lanes of processes that have ended, `calls` calls of `bytes` bytes in each. */
function leave(env, { lanes, calls, bytes }) {
  const { options } = parseOptions(env)
  const { owner, info } = describeLane(options, env, chooseExporters(options, env), 'bench')
  const text = 'x'.repeat(bytes / 2)
  for (let lane = 0; lane < lanes; lane++) {
    const dead = { ...owner, pid: ++pid, startTime: '1' }
    const path = createLane(env.NEATLOGS_DIR, newLaneName(dead), { ...info, pid, startTime: '1' })
    const segment = openSegment(path, 't0', 1, info)
    for (let call = 0; call < calls; call++) {
      const id = `019b0000-0000-7000-8000-${String(pid).padStart(7, '0')}${String(call).padStart(5, '0')}`
      const url = 'https://api.openai.com/v1/chat/completions'
      const at = Date.now()
      const head = { t: 'open', id, at, provider: 'openai', sdk: '6.49.0', verb: 'POST', url, body: 'json' }
      appendFrame(segment, head, JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }] }))
      const attempts = [{ at: 0, ms: 5, status: 200 }]
      const message = { role: 'assistant', content: text }
      const answer = {
        id: `r-${id}`,
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, message }],
      }
      appendFrame(segment, { t: 'close', id, status: 'ok', ms: 5, httpStatus: 200, attempts }, JSON.stringify(answer))
    }
    closeSegment(segment)
  }
}

function run(args, env) {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  return { child, ended: new Promise((resolve) => child.on('close', () => resolve(out.trim()))) }
}

/** A line before a server that lets so many bytes a second through, of all connections together. */
async function startLine(port, bytesPerSecond) {
  let turn = Promise.resolve()
  const sockets = new Set()
  const line = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    for (const socket of [client, server]) sockets.add(socket.on('error', () => {}))
    server.pipe(client)
    client.on('close', () => server.destroy())
    client.on('data', (piece) => {
      client.pause()
      turn = turn
        .then(() => sleep((piece.length / bytesPerSecond) * 1000))
        .then(() => {
          server.write(piece)
          client.resume()
        })
    })
  })
  await new Promise((resolve) => line.listen(0, '127.0.0.1', resolve))
  const close = () => {
    for (const socket of sockets) socket.destroy()
    line.close()
  }
  return { url: `http://127.0.0.1:${line.address().port}`, close }
}

async function withServer({ bytesPerSecond, ...fault }, kind, work) {
  const dir = mkdtempSync(join(tmpdir(), 'neatlogs-delivery-'))
  const server = await startNeatlogs({ requireKey: false, faults: fault })
  const line = bytesPerSecond ? await startLine(server.port, bytesPerSecond) : null
  try {
    await work({ server, env: environment(kind, line?.url ?? server.url, dir) })
  } finally {
    line?.close()
    await server.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

const arrivedOf = (server) => new Set(server.ids()).size

/** A backlog shipped to a server that answers late: calls a second, and how often one was sent. */
async function ship(what, fault, kind, left) {
  await withServer(fault, kind, async ({ server, env }) => {
    leave(env, left)
    const beganMs = performance.now()
    await run([join(ROOT, 'dist', 'cli.js'), 'ship', '--timeout', '170s'], env).ended
    const took = seconds(beganMs)
    const sent = server.requests.flatMap(({ spans }) =>
      spans.flatMap(({ attributes }) => attributes['neatlogs.record.id'] ?? []),
    )
    const calls = left.lanes * left.calls
    const requests = server.requests.length
    say(what, {
      ...left,
      seconds: took,
      callsASecond: Math.round(calls / took),
      requests,
      arrived: arrivedOf(server),
      sent: sent.length,
    })
  })
}

const cpuMs = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Other people's lanes: what they cost a program of one call, and one that does nothing for half a minute. */
async function foreign() {
  for (const lanes of [0, 10_000]) {
    await withServer({}, 'neatlogs', async ({ env }) => {
      leave({ ...env, NEATLOGS_API_KEY: 'another-key' }, { lanes, calls: 1, bytes: 200 })
      const hook = ['--import', join(ROOT, 'register.mjs'), join(folder, 'one-call.mjs')]
      const times = []
      for (let at = 0; at < 7; at++) {
        const beganMs = performance.now()
        await run(hook, env).ended
        times.push(Math.round(performance.now() - beganMs))
      }
      const idle = run(hook, { ...env, STAY_MS: String(IDLE_MS + 20_000) })
      await sleep(5000)
      const before = cpuMs(idle.child.pid)
      await sleep(IDLE_MS)
      const share = (cpuMs(idle.child.pid) - before) / IDLE_MS
      idle.child.kill()
      await idle.ended
      say('foreign lanes', {
        lanes,
        shortProgramMs: times.sort((a, b) => a - b)[3],
        idleCorePercent: Math.round(share * 1000) / 10,
      })
    })
  }
}

const PARTS = {
  far: async () => {
    await ship('500 ms away, OTLP', { delayMs: 500 }, 'otlp', { lanes: 1, calls: 6000, bytes: 5000 })
    await ship('500 ms away, NeatLogs', { delayMs: 500 }, 'neatlogs', { lanes: 1, calls: 2000, bytes: 20_000 })
  },
  lanes: () => ship('200 ms away, a lane each', { delayMs: 200 }, 'neatlogs', { lanes: 1000, calls: 1, bytes: 2000 }),
  slow: async () => {
    await ship('a line of 60 KB/s, NeatLogs', { bytesPerSecond: 60_000 }, 'neatlogs', {
      lanes: 1,
      calls: 20,
      bytes: 20_000,
    })
    await ship('a line of 60 KB/s, OTLP', { bytesPerSecond: 60_000 }, 'otlp', { lanes: 1, calls: 20, bytes: 20_000 })
  },
  foreign,
}
const asked = process.argv.slice(2)
for (const [name, part] of Object.entries(PARTS)) if (asked.length === 0 || asked.includes(name)) await part()
