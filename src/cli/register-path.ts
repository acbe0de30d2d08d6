// `neatlogs register-path`: where the preload lies. Out: one line, a file URL that `--import` takes from every folder.
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'

/** The preload of this copy of the package: `file:///…/neatlogs/register.mjs`. */
export const REGISTER_URL = new URL('../../register.mjs', import.meta.url).href

/** For NODE_OPTIONS, whose parser takes quotes for paths with spaces. */
export const REQUIRE_FLAG = `--require=${quoted(fileURLToPath(new URL('../../register.cjs', import.meta.url)))}`

/** For BUN_OPTIONS. */
export const PRELOAD_FLAG = `--preload=${quoted(fileURLToPath(REGISTER_URL))}`

export function addRegisterPath(program: Command): void {
  program
    .command('register-path')
    .description('Print the absolute URL of the preload, for `NODE_OPTIONS="--import …"` in images and service files.')
    .action(() => {
      process.stdout.write(`${REGISTER_URL}\n`)
    })
}

function quoted(path: string): string {
  return /[\s"'\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path
}
