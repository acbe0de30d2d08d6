// How the viewer bears 100,000 records: `npm run build && node test/bench/viewer.mjs [count] [dist]`. In: generated record
// files, the built viewer in a process of its own, Chromium. Out: a table of times, memory and frames.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const COUNT = Number(process.argv[2] ?? 100_000)
const DIST = resolve(process.argv[3] ?? fileURLToPath(new URL('../../dist', import.meta.url)))
const FILES = 8
const BATCH = 10_000
const DAY_MS = 86_400_000
const MIB = 1024 * 1024

const root = new URL('../../', import.meta.url)
const source = (path) => fileURLToPath(new URL(path, root))
const { module: generator } = await runnerImport(source('test/integration/viewer/records.ts'))
const { module: browsers } = await runnerImport(source('test/integration/viewer/browser.ts'))

/** The viewer in its own process, so that its memory is its own. */
const SERVER = `
  const { startViewer } = await import(${JSON.stringify(join(DIST, 'viewer/server.js'))})
  const before = process.memoryUsage().rss
  const { url } = await startViewer({ dir: process.env.DIR, port: 0 })
  console.log(JSON.stringify({ url, before }))`

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
  const whole = `${COUNT.toLocaleString('en-US')} calls`
  await page.getByText(whole, { exact: true }).waitFor({ timeout: 120_000 })
  report('all records indexed, from starting the viewer', `${Math.round(performance.now() - begin)} ms`)
  const loaded = memoryOf(child.pid)
  report(
    'memory of the viewer, indexed (bare before)',
    `${loaded.now} MiB (${Math.round(before / MIB)} MiB)`,
    '≤ 300 MiB',
  )
  const ask = (path) =>
    page.evaluate(`fetch(${JSON.stringify(path)}).then((response) => response.json()).then(() => undefined)`)
  await ask('/api/facets')
  report('a window in the middle', `${await time(() => ask(`/api/calls?offset=${COUNT / 2}&limit=100`))} ms`)
  report('a filter on status and model', `${await time(() => ask('/api/calls?status=error&model=gpt-4o'))} ms`)
  report('the overview of everything', `${await time(() => ask('/api/overview'))} ms`)
  const scroll = await page.evaluate(SCROLL)
  report(
    'scrolling 3 s: frames, 95 % of gaps, worst gap',
    `${scroll.frames}, ${scroll.p95.toFixed(0)} ms, ${scroll.worst.toFixed(0)} ms`,
  )
  report('frames without rows while scrolling', `${scroll.empty}`)
  const far = await time(async () => {
    await page.evaluate(`document.querySelector('.list-scroll').scrollTop = 1e9`)
    await page.waitForSelector(`.row-place[aria-posinset="${COUNT}"]`)
  })
  report('jump to the oldest call', `${far} ms`)
  const search = await time(async () => {
    await page.getByRole('searchbox').fill('no such words in any record')
    await page.getByRole('heading', { name: 'No call matches' }).waitFor({ timeout: 120_000 })
  })
  report('search of all records without a match', `${search} ms`)
  const rare = await time(async () => {
    await page.getByRole('searchbox').fill('reached Porto')
    await page.getByText(/^(The newest [\d,]+ matches|[1-9][\d,]* of [\d,]+ calls)$/).waitFor({ timeout: 120_000 })
  })
  report('search with many matches', `${rare} ms`)
  const after = memoryOf(child.pid)
  report('memory of the viewer after all this, highest', `${after.now} MiB, ${after.peak} MiB`, '≤ 300 MiB')
} finally {
  await browser.close()
  child.kill()
  rmSync(dir, { recursive: true, force: true })
}
console.log(`Node ${process.version}, ${cpus().length} cores`)
console.table(rows)
