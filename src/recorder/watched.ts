// A records folder inside of what a watcher watches: each record restarts the program, which makes its calls again. In: the folder, who has
// started this process. Out: the watcher's name, to warn of. Main thread, with the first record.
import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { Environment, Options } from '../options/options.ts'

/** Watchers that restart for any file below the working directory, or below what they were given (nodemon takes `lane.json`). */
const WATCHERS =
  /--watch-path\b|\bnodemon\b|\bnode-dev\b|\bts-node-dev\b|\bnext(?:\/dist\/bin\/next)?\s+dev\b|\bwatchexec\b|\bentr\b/
const WATCHED_PATH = /--watch-path[=\s](\S+)/g
/** npm, a shell and the watcher itself lie between. */
const MAX_ANCESTORS = 4

/** Tells of a watcher that sees the folder the user named; the default one is outside of every project. */
export function tellWatched(root: string, { dir }: Options, env: Environment, say: (message: string) => void): void {
  const watcher = dir === null ? null : watcherOf(root, process.cwd(), startCommands(env))
  if (watcher === null) return
  const remedy = 'leave it out there, or set NEATLOGS_DIR to a folder outside'
  say(`${watcher} watches ${root}: each record may restart the program; ${remedy}`)
}

/** The watcher that sees `root`, e.g. `nodemon`, or null. `commands` are the command lines of those who started this process. */
export function watcherOf(root: string, cwd: string, commands: readonly string[]): string | null {
  for (const command of commands) {
    const name = WATCHERS.exec(command)?.[0]
    if (name === undefined) continue
    const paths = [...command.matchAll(WATCHED_PATH)].map(([, path = '']) => resolve(cwd, path))
    if ((paths.length > 0 ? paths : [cwd]).some((path) => isBelow(root, path))) return name
  }
  return null
}

/** What started this process: its npm script, and where the system shows them (Linux) its ancestors. */
export function startCommands(env: Environment): string[] {
  const commands = env.npm_lifecycle_script ? [env.npm_lifecycle_script] : []
  try {
    let pid: string | undefined = String(process.ppid)
    for (let at = 0; at < MAX_ANCESTORS && pid !== undefined && pid !== '0'; at++) {
      commands.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
      pid = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    }
  } catch {
    // no such place here, or not ours to read
  }
  return commands
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return !way.startsWith('..') && !/(^|[\\/])node_modules([\\/]|$)/.test(way)
}
