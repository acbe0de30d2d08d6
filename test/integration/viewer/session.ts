// One viewer over a folder of its own, and one page in the browser. In: records to begin with. Out: the page, and everything
// that went wrong in it: console messages, errors, requests to anywhere but the viewer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { CallRecord } from '../../../src/record.ts'
import { startViewer, type Viewer } from '../../../src/viewer/server.ts'
import { buildPage, launchBrowser } from './browser.ts'
import { writeRecords } from './records.ts'

/** Waits until a value is what it should be. The machine may be busy: this is no measure of speed. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 15_000 })
}

export interface Session {
  readonly dir: string
  readonly viewer: Viewer
  readonly browser: Browser
  readonly page: Page
  /** The viewer's address without its token. */
  readonly origin: string
  /** What went wrong in the page; a test that is done expects none. */
  readonly problems: string[]
  /** Opens a path of the app and waits until its keys work. */
  go(path: string): Promise<void>
  close(): Promise<void>
}

/** Starts viewer and browser and opens the printed address. */
export async function openSession(
  records: readonly CallRecord[] = [],
  options: BrowserContextOptions = {},
): Promise<Session> {
  const dir = mkdtempSync(join(tmpdir(), 'neatlogs-viewer-'))
  if (records.length > 0) writeRecords(dir, records, 3)
  const viewer = await startViewer({ dir, port: 0, pageDir: await buildPage() })
  const browser = await launchBrowser()
  const { origin } = new URL(viewer.url)
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) =>
    problems.push(`console ${message.type()}: ${message.text()} ${message.location().url}`),
  )
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    const isOwn = request.url().startsWith(`${origin}/`) || /^data:(?:image|audio)\//.test(request.url())
    if (!isOwn) problems.push(`request: ${request.url()}`)
  })
  await page.goto(viewer.url)
  await page.waitForSelector('.list-summary')
  return {
    dir,
    viewer,
    browser,
    page,
    origin,
    problems,
    go: async (path) => {
      await page.goto(origin + path)
      await page.waitForSelector('header.top')
    },
    close: async () => {
      await browser.close()
      await viewer.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
