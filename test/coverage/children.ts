// Runs first in every test file of a coverage run: the children that a test starts write their V8 coverage when they end, though
// the test gives them a clean environment. Without `npm run coverage` nothing of this is loaded.
import children from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import { promisify } from 'node:util'

type AnyFunction = (...args: unknown[]) => unknown

const FOLDER = process.env.NEATLOGS_COVERAGE_DIR
const STARTERS = ['spawn', 'spawnSync', 'fork', 'exec', 'execSync', 'execFile', 'execFileSync'] as const

if (FOLDER !== undefined) {
  process.env.NODE_V8_COVERAGE = FOLDER // for children that get all of this process's environment
  const module = children as unknown as { [name: string]: AnyFunction }
  for (const name of STARTERS) module[name] = withCoverage(module[name] as AnyFunction, FOLDER)
  syncBuiltinESMExports()
}

function withCoverage(start: AnyFunction, folder: string): AnyFunction {
  const wrap =
    (inner: AnyFunction): AnyFunction =>
    (...args) =>
      inner(...args.map((argument) => (hasEnv(argument) ? addFolder(argument, folder) : argument)))
  const custom: unknown = Reflect.get(start, promisify.custom)
  const wrapped = wrap(start)
  return typeof custom === 'function'
    ? Object.assign(wrapped, { [promisify.custom]: wrap(custom as AnyFunction) })
    : wrapped
}

function hasEnv(argument: unknown): argument is { env: object } {
  const env: unknown = typeof argument === 'object' && argument !== null && Reflect.get(argument, 'env')
  return typeof env === 'object' && env !== null
}

function addFolder(options: { env: object }, folder: string): object {
  return { ...options, env: { ...options.env, NODE_V8_COVERAGE: folder } }
}
