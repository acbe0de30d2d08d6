// Runs before the browser tests of a coverage run: each page's coverage, as Chromium counted it, is written when its context or
// browser closes.
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const FOLDER = process.env.NEATLOGS_COVERAGE_DIR

if (FOLDER !== undefined) {
  const launch = chromium.launch.bind(chromium)
  chromium.launch = async (...args) => watchBrowser(await launch(...args), FOLDER)
}

function watchBrowser(browser: Browser, folder: string): Browser {
  const open = browser.newContext.bind(browser)
  const close = browser.close.bind(browser)
  const contexts: BrowserContext[] = []
  browser.newContext = async (...args) => {
    const context = watchContext(await open(...args), folder)
    contexts.push(context)
    return context
  }
  browser.close = async (...args) => {
    for (const context of contexts) await context.close()
    await close(...args)
  }
  return browser
}

function watchContext(context: BrowserContext, folder: string): BrowserContext {
  const open = context.newPage.bind(context)
  const close = context.close.bind(context)
  const pages: Page[] = []
  context.newPage = async () => {
    const page = await watchPage(await open(), folder)
    pages.push(page)
    return page
  }
  context.close = async (...args) => {
    for (const page of pages.splice(0)) await save(page, folder)
    await close(...args)
  }
  return context
}

/** A document that is left may be collected, and its counts with it: they are taken before. */
async function watchPage(page: Page, folder: string): Promise<Page> {
  const goTo = page.goto.bind(page)
  const reload = page.reload.bind(page)
  const restart = async (): Promise<void> => {
    await save(page, folder)
    await page.coverage.startJSCoverage({ resetOnNavigation: false })
  }
  page.goto = async (...args) => {
    await restart()
    return goTo(...args)
  }
  page.reload = async (...args) => {
    await restart()
    return reload(...args)
  }
  await page.coverage.startJSCoverage({ resetOnNavigation: false })
  return page
}

async function save(page: Page, folder: string): Promise<void> {
  if (page.isClosed()) return
  const scripts = await page.coverage.stopJSCoverage()
  const result = scripts.filter(({ url }) => url.includes('/assets/'))
  if (result.length > 0) writeFileSync(join(folder, `page-${randomUUID()}.json`), JSON.stringify({ result }))
}
