// Makes the screenshots of this folder: `node docs/images/make.mjs`. Records are generated, always the
// same; only their times are today's. In: src/viewer, test/integration/viewer. Out: list, call, trace and overview as PNG.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const root = new URL('../../', import.meta.url)
const source = (path) => fileURLToPath(new URL(path, root))
const out = process.argv[2] ?? fileURLToPath(new URL('./', import.meta.url))

const { module: records } = await runnerImport(source('test/integration/viewer/records.ts'))
const { module: browsers } = await runnerImport(source('test/integration/viewer/browser.ts'))
const { module: lanes } = await runnerImport(source('test/integration/viewer/lanes.ts'))
const { module: viewer } = await runnerImport(source('src/viewer/server.ts'))

const dir = mkdtempSync(join(tmpdir(), 'neatlogs-images-'))
const made = records.makeRecords({ count: 2600, endMs: Date.now() - 3000, spanMs: 5 * 3600_000, seed: 27 })
records.writeRecords(dir, made, 3)
const lane = lanes.makeLane(dir)
const question = { role: 'user', content: 'Which tent stands best in strong wind, and can I see it in Lyon?' }
lane.append(
  lanes.openHead('018f-in-flight', Date.now() - 800),
  JSON.stringify({ model: 'gpt-4o', stream: true, messages: [question] }),
)
const { url, close } = await viewer.startViewer({ dir, port: 0, pageDir: await browsers.buildPage() })
const browser = await browsers.launchBrowser()

const isWhole = (traceId) => made.filter((record) => record.trace_id === traceId).every(({ status }) => status === 'ok')
const last = (name) => made.findLast((record) => record.name === name && record.stream && isWhole(record.trace_id))
/** An agent's last call, with two tool calls and their results before it, and a trace with parallel calls. */
const agentCall = last('order-agent')
const report = last('weekly-report')

async function shoot(name, path, colorScheme, height = 800) {
  const context = await browser.newContext({ viewport: { width: 1280, height }, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForSelector('main .row') // the key has been exchanged
  await page.goto(new URL(path, url).href)
  await page.waitForSelector('main :is(.row, .turn, .bar-row, .model-table)')
  await page.waitForTimeout(600)
  await page.screenshot({ path: join(out, `${name}.png`) })
  await context.close()
}

try {
  await shoot('list', '/', 'light')
  await shoot('call', `/call/${agentCall.id}`, 'light', 1060)
  await shoot('trace', `/trace/${report.trace_id}`, 'dark', 640)
  await shoot('overview', '/overview', 'dark', 1000)
} finally {
  await browser.close()
  await close()
  rmSync(dir, { recursive: true, force: true })
}
