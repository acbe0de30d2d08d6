// Who is measured: the bare client, neatlogs, and the peers. A subject is the folder of its programs, the flags of its Node, its
// environment for a sink, and, where the tool documents one, a way to deliver what a dead program has left.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { ROOT } from './options.mjs'

const run = promisify(execFile)
const SHIP_TIMEOUT = '60s'

/** Copies the programs to where `import 'openai'` finds the copy of this subject, for this run of the bench alone. */
export function placePrograms(parent) {
  const folder = join(parent, `bench-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  cpSync(join(ROOT, 'test', 'bench', 'programs'), folder, { recursive: true })
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Copies the built package to where only this run of the bench uses it: a build in the meantime takes dist/ away for some seconds, and programs
 * that start in them are not recorded (a soak found 146 calls lost that way).
 */
function placePackage() {
  const folder = join(ROOT, '.cache', `bench-${process.pid}`)
  for (const name of ['package.json', 'register.mjs', 'loader.mjs', 'dist']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  }
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The bare client and neatlogs, on the fixture's openai. `cli` is the command of the same package. */
export function ownSubjects(node) {
  const home = placePackage()
  const cli = join(home, 'dist', 'cli.js')
  const folder = placePrograms(join(ROOT, 'fixtures', 'openai-6.49.0', '.apps'))
  const bare = { name: 'bare', title: 'bare client', folder, flags: [], env: () => ({}) }
  const neatlogs = {
    name: 'neatlogs',
    title: 'neatlogs',
    folder,
    flags: ['--import', pathToFileURL(join(home, 'register.mjs')).href],
    env: (url, dir) => ({
      NEATLOGS_DIR: join(dir, 'neatlogs'),
      NEATLOGS_API_KEY: 'bench-key',
      NEATLOGS_ENDPOINT: url,
      NEATLOGS_LOG_LEVEL: 'silent',
      BENCH_NEATLOGS: pathToFileURL(join(home, 'dist', 'index.js')).href,
    }),
    cli,
    leftovers: (env) => ship([node, cli], env),
  }
  return [bare, neatlogs]
}

/** `neatlogs ship`, the documented way; the next program that records would do the same. Gives what it says when something is left or refused. */
async function ship([node, cli], env) {
  const argv = [cli, 'ship', '--timeout', SHIP_TIMEOUT]
  return run(node, argv, { env }).then(
    () => null,
    ({ code, signal, stdout, stderr }) => `ship ended with ${signal ?? code}: ${stdout}${stderr}`,
  )
}
