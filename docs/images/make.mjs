// Makes the screenshots of this folder: `npm run build && node docs/images/make.mjs`. Records are generated, always the
// same; only their times are today's. In: dist/, test/integration/viewer. Out: list, call, trace and overview as PNG.
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
const { module: viewer } = await runnerImport(source('src/viewer/server.ts'))

const dir = mkdtempSync(join(tmpdir(), 'neatlogs-images-'))
const made = records.makeRecords({ count: 2600, endMs: Date.now() - 3000, spanMs: 5 * 3600_000, seed: 11 })
records.writeRecords(dir, made, 3)
const { url, close } = await viewer.startViewer({ dir, port: 0, pageDir: source('dist/viewer/page') })
const browser = await browsers.launchBrowser()

/** A call in the middle of an agent's trace: the one with two tool calls and their results. */
const agentCall = made.filter((record) => record.name === 'order-agent' && record.status === 'ok' && record.stream).at(-1)

async function shoot(name, path, colorScheme, height = 800) {
  const context = await browser.newContext({ viewport: { width: 1280, height }, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(url)
  await page.goto(new URL(path, url).href)
  await page.waitForSelector('main :is(.row, .turn, .bar-row, .model-table)')
  await page.waitForTimeout(600)
  await page.screenshot({ path: join(out, `${name}.png`) })
  await context.close()
}

try {
  await shoot('list', '/', 'light')
  await shoot('call', `/call/${agentCall.id}`, 'light', 980)
  await shoot('trace', `/trace/${agentCall.trace_id}`, 'dark', 560)
  await shoot('overview', '/overview', 'dark', 1000)
} finally {
  await browser.close()
  await close()
  rmSync(dir, { recursive: true, force: true })
}
