// The page built from its sources, and headless Chromium to show it: Debian's, with an empty profile and nothing in the
// background. For tests and screenshots.
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { build } from 'vite'

const VITE_CONFIG = fileURLToPath(new URL('../../../vite.config.ts', import.meta.url))
const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts the browser. Throws a clear error when it is not installed: these tests are never skipped. */
export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(EXECUTABLE))
    throw new Error(`${EXECUTABLE} is missing: \`apt-get install -y chromium\`, or name another one in CHROMIUM_PATH`)
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGS, headless: true })
}

let built: Promise<string> | null = null

/** Builds the page from its sources, once per test process: the tests see what the sources say, not an older bundle. */
export function buildPage(): Promise<string> {
  built ??= buildInto(mkdtempSync(join(tmpdir(), 'neatlogs-page-')))
  return built
}

async function buildInto(outDir: string): Promise<string> {
  await build({ configFile: VITE_CONFIG, build: { outDir, emptyOutDir: true } })
  return outDir
}
