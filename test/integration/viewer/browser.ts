// Headless Chromium for the viewer's tests and screenshots: Debian's, with an empty profile and nothing in the background.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

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
