// Leaf: what Node gave before the program could replace it, taken once at the start: its compiler, clocks, timers, JSON, stderr. Tests fake
// the clock and leave it so, loaders translate every file that `require()` reads; neither may reach us. Main and user threads.
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { isNativeJsLoader, runtimeOf } from './node-features.ts'

type Loader = (module: object, path: string) => unknown

// Asked for, not imported: an import reads every export, and those of `node:fs` load Node's streams and promises, 10 ms of each start. A Node
// without the function is too old to be recorded, and doctor, which says so, runs on it.
const builtin = (process.getBuiltinModule ?? module.createRequire(process.execPath)) as NodeJS.Require
const { readFileSync, writeSync } = builtin('node:fs') as typeof import('node:fs')
const { Module } = module as unknown as { readonly Module: ModuleClass }
const { _extensions: extensions, prototype: moduleMethods } = Module
const { _compile: compile } = moduleMethods
const loader = extensions['.js']
const isNode = runtimeOf() === 'node'
const isNative = isNativeJsLoader(loader)

/** What of Node's module class is used. `_compile` takes a format since require() of ES modules is on by default. */
interface ModuleClass {
  readonly _extensions: { '.js': Loader }
  readonly prototype: { _compile(this: object, source: string, path: string, format: 'module'): unknown }
}

/** Epoch milliseconds of the wall clock. */
export const wallMs: () => number = Date.now
/** Seconds and nanoseconds of the monotonic clock that all threads of a process share. */
export const hrtime: () => [number, number] = process.hrtime.bind(process)
export const { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } = globalThis
export const { parse: parseJson, stringify: toJson } = JSON

/** Milliseconds of the same clock. Who only asks for `performance` loads eleven modules of Node's, 1 ms of each start; it is no quicker. */
export function monotonicMs(): number {
  const time = hrtime()
  return time[0] * 1000 + time[1] / 1e6
}

/**
 * Runs `work`, whose `require()` gets our files from Node's own compiler, past what ts-node, esbuild-register or v8-compile-cache have put
 * into `require.extensions` and `Module.prototype`. Files that are not ours go the program's way. Costs two comparisons as a rule.
 */
export function natively<Result>(work: () => Result): Result {
  if (!isNode || (isNative && extensions['.js'] === loader && moduleMethods._compile === compile)) return work()
  const before = Object.getOwnPropertyDescriptor(extensions, '.js') as PropertyDescriptor
  const theirs = extensions['.js']
  // Not at the top: in a CommonJS bundle `import.meta` is empty, which bundled.ts is to say.
  const ours = fileURLToPath(new URL('.', import.meta.url))
  const value: Loader = (module, path) => {
    if (!path.startsWith(ours)) return theirs.call(extensions, module, path)
    return compile.call(module, readFileSync(path, 'utf8'), path, 'module')
  }
  Object.defineProperty(extensions, '.js', { value, configurable: true, enumerable: true, writable: true })
  try {
    return work()
  } finally {
    Object.defineProperty(extensions, '.js', before)
  }
}

type Outside = <Result>(work: () => Result) => Result

const OUTSIDE = Symbol.for('neatlogs.outside')

/**
 * Runs `work` at once, outside of the program's asynchronous contexts: in that of the program's start, or of the import of neatlogs. What
 * lives longer than the call that happens to open it (a thread, its ports, an interval, on Node 20 a module) would keep that call's
 * AsyncLocalStorage contexts, and all they hold, for as long.
 */
export const outside: Outside = ((globalThis as { [key: symbol]: unknown })[OUTSIDE] as Outside | undefined) ?? define()

function define(): Outside {
  const { AsyncResource } = builtin('node:async_hooks') as typeof import('node:async_hooks')
  const start = new AsyncResource('NEATLOGS')
  const value: Outside = (work) => start.runInAsyncScope(work)
  Object.defineProperty(globalThis, OUTSIDE, { value, configurable: true, enumerable: false })
  return value
}

/** One line on stderr by hand, for what stands before the diagnostics, which are files that have to be loaded. Never throws. */
export function sayByHand(text: string): void {
  if (process.env.NEATLOGS_LOG_LEVEL?.trim() === 'silent') return
  try {
    writeSync(2, `neatlogs: ${text}\n`)
  } catch {
    // stderr is closed
  }
}
