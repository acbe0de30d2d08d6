// How the viewer bears many records: `npm run build && node test/bench/viewer.mjs [count, 1000000] [dist]`. In: generated record files (3 GB
// for a million), the built viewer in a process of its own, Chromium. Out: a table of times, memory and frames; of a million, results/viewer.json
// too, which `npm run bench` puts into docs/benchmarks.md. Takes away what it wrote.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'
import { machine } from './measure.mjs'

const COUNT = Number(process.argv[2] ?? 1_000_000)
const DIST = resolve(process.argv[3] ?? fileURLToPath(new URL('../../dist', import.meta.url)))
const FILES = 8
const BATCH = 10_000
const DAY_MS = 86_400_000
const MIB = 1024 * 1024
/** The list holds no more: browsers cannot scroll a taller element. */
const MAX_SHOWN_ROWS = 250_000
/** Far above what the slowest machine needs: the bench ends, whatever happens. */
const MAX_WAIT_MS = 15 * 60_000

const root = new URL('../../', import.meta.url)
const source = (path) => fileURLToPath(new URL(path, root))
const { module: generator } = await runnerImport(source('test/integration/viewer/records.ts'))
const { module: browsers } = await runnerImport(source('test/integration/viewer/browser.ts'))

/** The viewer in its own process, so that its memory is its own. */
const SERVER = `
  const { startViewer } = await import(${JSON.stringify(join(DIST, 'viewer/server.js'))})
  const before = process.memoryUsage().rss
  const viewer = await startViewer({ dir: process.env.DIR, port: 0 })
  process.once('SIGINT', () => void viewer.close())
  console.log(JSON.stringify({ url: viewer.url, before }))`

const rows = []
const report = (what, value, budget = '') => rows.push({ what, value, budget })

function writeAll(dir) {
  for (let done = 0; done < COUNT; done += BATCH) {
    const count = Math.min(BATCH, COUNT - done)
    const share = DAY_MS / Math.ceil(COUNT / BATCH)
    const endMs = Date.now() - 60_000 - DAY_MS + share * (done / BATCH + 1)
    const records = generator.makeRecords({ count, endMs, spanMs: share, seed: done + 1 })
    generator.writeRecords(dir, records, FILES, 'a')
  }
  const folder = join(dir, 'records')
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

function startServer(dir) {
  const env = { PATH: process.env.PATH, DIR: dir }
  const child = spawn(process.execPath, ['--input-type=module', '-e', SERVER], {
    env,
    cwd: source('.'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve) => {
    child.stdout.once('data', (text) => resolve({ child, ...JSON.parse(String(text)) }))
  })
}

/** Resident memory of a process in MiB, now and at its highest. */
function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mib = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
  return { now: mib('VmRSS'), peak: mib('VmHWM') }
}

/** Waits until every record is in the index. */
async function indexed(url) {
  const { origin, searchParams } = new URL(url)
  for (const end = Date.now() + MAX_WAIT_MS; Date.now() < end; ) {
    const answer = await fetch(`${origin}/api/calls?limit=1&token=${searchParams.get('token')}`)
    const { loading } = (await answer.json()).change
    if (loading.done_bytes === loading.total_bytes) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`not all records were indexed within ${MAX_WAIT_MS / 60_000} minutes`)
}

/** Ends the viewer, which keeps its index, and starts it again. */
async function secondStart(first, folder) {
  const ended = new Promise((resolve) => first.once('exit', resolve))
  first.kill('SIGINT')
  await ended
  const begin = performance.now()
  const second = await startServer(folder)
  await indexed(second.url)
  report('a second start, until all calls are there', `${Math.round(performance.now() - begin)} ms`, '< 2000 ms')
  second.child.kill('SIGINT')
}

/** Milliseconds that a step took. */
async function time(step) {
  const begin = performance.now()
  await step()
  return Math.round(performance.now() - begin)
}

/** Scrolls for three seconds through the list and counts the frames drawn. */
const SCROLL = `new Promise((resolve) => {
  const list = document.querySelector('.list-scroll')
  const gaps = []
  const begin = performance.now()
  let last = begin
  let empty = 0
  const step = (now) => {
    gaps.push(now - last)
    last = now
    list.scrollTop += 260
    if (document.querySelectorAll('.row').length < 5) empty++
    if (now - begin < 3000) requestAnimationFrame(step)
    else {
      gaps.sort((a, b) => a - b)
      resolve({ frames: gaps.length, p95: gaps[Math.floor(gaps.length * 0.95)], worst: gaps.at(-1), empty })
    }
  }
  requestAnimationFrame(step)
})`

const [load] = loadavg()
const startedMs = Date.now()
const dir = mkdtempSync(join(tmpdir(), 'neatlogs-bench-'))
const bytes = writeAll(dir)
report('records', `${COUNT.toLocaleString('en-US')} in ${FILES} files, ${Math.round(bytes / MIB)} MiB`)

const begin = performance.now()
const { child, url, before } = await startServer(dir)
const browser = await browsers.launchBrowser()
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const opened = performance.now()
  await page.goto(url)
  await page.waitForSelector('.row')
  report(
    'first paint of the newest page, from opening the address',
    `${Math.round(performance.now() - opened)} ms`,
    '< 1000 ms',
  )
  await indexed(url)
  report('all records indexed, from starting the viewer', `${Math.round(performance.now() - begin)} ms`)
  const loaded = memoryOf(child.pid)
  report(
    'memory of the viewer, indexed (bare before)',
    `${loaded.now} MiB (${Math.round(before / MIB)} MiB)`,
    '≤ 500 MiB',
  )
  const ask = (path) =>
    page.evaluate(
      `fetch(${JSON.stringify(path)}, { headers: { authorization: 'Bearer ' + localStorage.getItem('neatlogs-key') } }).then((response) => response.json()).then(() => undefined)`,
    )
  await ask('/api/facets')
  report('a window in the middle', `${await time(() => ask(`/api/calls?offset=${COUNT / 2}&limit=100`))} ms`)
  report('a filter on status and model', `${await time(() => ask('/api/calls?status=error&model=gpt-4o'))} ms`)
  report('the dearest first', `${await time(() => ask('/api/calls?sort=cost&limit=100'))} ms`)
  report('the overview of everything', `${await time(() => ask('/api/overview'))} ms`)
  const scroll = await page.evaluate(SCROLL)
  report(
    'scrolling 3 s: frames, 95 % of gaps, worst gap',
    `${scroll.frames}, ${scroll.p95.toFixed(0)} ms, ${scroll.worst.toFixed(0)} ms`,
  )
  report('frames without rows while scrolling', `${scroll.empty}`)
  const far = await time(async () => {
    await page.evaluate(`document.querySelector('.list-scroll').scrollTop = 1e9`)
    await page.waitForSelector(`.row-place[aria-posinset="${Math.min(COUNT, MAX_SHOWN_ROWS)}"]`)
  })
  report('jump to the last call of the list', `${far} ms`)
  const search = await time(async () => {
    await page.getByRole('searchbox').fill('no such words in any record')
    await page.getByRole('heading', { name: 'No call matches' }).waitFor({ timeout: MAX_WAIT_MS })
  })
  report('search of all records without a match', `${search} ms`)
  const rare = await time(async () => {
    await page.getByRole('searchbox').fill('reached Porto')
    await page
      .getByText(/^(The newest [\d,]+ matches|[1-9][\d,]* of [\d,]+ calls)/)
      .first()
      .waitFor({ timeout: MAX_WAIT_MS })
  })
  report('search with many matches', `${rare} ms`)
  const after = memoryOf(child.pid)
  report('memory of the viewer after all this, highest', `${after.now} MiB, ${after.peak} MiB`, '≤ 500 MiB')
  await secondStart(child, dir)
} finally {
  await browser.close()
  child.kill()
  rmSync(dir, { recursive: true, force: true })
}
console.log(`Node ${process.version}, ${cpus().length} cores`)
console.table(rows)
if (COUNT === 1_000_000) {
  const command = 'npm run build && node test/bench/viewer.mjs 1000000'
  const seconds = (Date.now() - startedMs) / 1000
  const date = new Date(startedMs).toISOString().slice(0, 16).replace('T', ' ')
  const result = { command, date, machine: machine(), node: process.versions.node, load, seconds, rows }
  writeFileSync(source('test/bench/results/viewer.json'), `${JSON.stringify(result, null, 1)}\n`)
}
