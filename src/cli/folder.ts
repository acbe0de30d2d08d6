// Which folder a command looks into. In: `--dir`, the environment. Out: the root that holds `records/` and `lanes/`.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { NeatlogsError } from '../errors.ts'
import { type Environment, type Options, parseOptions } from '../options/options.ts'
import { addSecretNames } from '../secrets/names.ts'
import { printable } from '../secrets/printable.ts'
import { rootFolder, tmpFolder } from '../spool/root.ts'

export const DIR_FLAG = '--dir <folder>'
export const DIR_TEXT = 'folder of spool and record files (default: NEATLOGS_DIR, else your state folder)'

/** What programs started here would be configured with, and the folder they would use. */
export interface Configured {
  readonly options: Options
  /** One line per bad value. */
  readonly warnings: readonly string[]
  readonly root: string
}

/** Reads the environment; `dir` from the command line wins. Makes nothing on disk. */
export function configure(dir: string | undefined, env: Environment): Configured {
  const { options, warnings } = parseOptions(env)
  addSecretNames(options.secretNames)
  if (dir !== undefined) return { options: { ...options, dir: resolve(dir) }, warnings, root: resolve(dir) }
  const root = rootFolder(options.dir, env)
  // Programs that could not write to their home folder have left their records in tmp.
  const isMoved = options.dir === null && !existsSync(root) && existsSync(tmpFolder())
  return { options, warnings, root: isMoved ? tmpFolder() : root }
}

/** What a command says when there is nothing to show. */
export function noRecords(root: string, isFiltered: boolean): string {
  const what = isFiltered ? 'no record passes the filter' : 'no records'
  return `neatlogs: ${what} in ${printable(root)} (\`npx neatlogs doctor\` says where records go)\n`
}

/** Refuses a `--dir` that is not there: it is a slip. Without one, a missing folder means that nothing was recorded yet. */
export function requireFolder(dir: string | undefined): void {
  if (dir === undefined || existsSync(dir)) return
  throw new NeatlogsError('ERR_NEATLOGS_ARGUMENT', `option '--dir <folder>': ${JSON.stringify(dir)} does not exist`)
}
