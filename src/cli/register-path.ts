// `neatlogs register-path`: where the preload lies. Out: one line, a file URL that `--import` takes from every folder.
import type { Command } from 'commander'

/** The preload of this copy of the package: `file:///…/neatlogs/register.mjs`. */
export const REGISTER_URL = new URL('../../register.mjs', import.meta.url).href

export function addRegisterPath(program: Command): void {
  program
    .command('register-path')
    .description('Print the absolute URL of the preload, for `NODE_OPTIONS="--import …"` in images and service files.')
    .action(() => {
      process.stdout.write(`${REGISTER_URL}\n`)
    })
}
