// Step 1, load: installs the hooks. In: the targets. Out: each found class, once, by `onFound`. Main thread. A file
// costs every preload 0.5 ms (Node 24), so the rest is required late: at an evaluation, never inside a load hook.
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { hasQuietRegister, isNativeJsLoader, runtimeOf, supportsSyncHooks } from '../node-features.ts'
import { natively } from '../originals.ts'
import { appendReport, candidates, indexTargets, type Loaded } from './load.ts'
import type { CopyPlace, FoundCopy, HookTarget, Report } from './target.ts'

export type { FoundCopy } from './target.ts'

/** Stable codes for `onProblem`; each names the part that does not work, the program itself goes on. */
export type HookProblem = 'HOOK_LOAD' | 'HOOK_REGISTER' | 'HOOK_REQUIRE' | 'HOOK_LISTEN' | 'HOOK_FOUND' | 'HOOK_JEST'

type OnProblem = (code: HookProblem, error: unknown) => void

const MARK = Symbol.for('neatlogs.preload')
/** jest loads what its tests use past all hooks, by a class of its own; we are told of that class first. */
const JEST_FILE = { file: 'build/index.js', report: 'exports.default' }
const JEST: HookTarget = { package: 'jest-runtime', esm: [], cjs: [JEST_FILE] }

interface LoadHooks {
  load(url: string, context: unknown, next: (url: string, context: unknown) => Loaded): Loaded
}

/** What the types of Node 20 lack. */
const { registerHooks } = module as unknown as { readonly registerHooks?: (hooks: LoadHooks) => unknown }
const extensions = (module as unknown as { readonly _extensions: { [extension: string]: unknown } })._extensions
const require = module.createRequire(import.meta.url)

/**
 * Work to do before the program gets a module of Node's own by `import` or `require()`, by its URL; `process.getBuiltinModule`
 * passes by. Null where the load hook does not see those.
 */
export let beforeBuiltin: Map<string, () => void> | null = null

/**
 * Reports every class that a target names, as its file is loaded, and those that `require` has loaded before. Returns
 * false, having done nothing, when a copy of neatlogs runs in this thread already.
 */
export function installHooks(
  targets: readonly HookTarget[],
  onFound: (copy: FoundCopy) => void,
  onProblem: OnProblem,
): boolean {
  if (MARK in globalThis) return false
  const warn = quiet(onProblem)
  const startListener = once(() => startListening(targets, report))
  const listen = () => attempt(warn, 'HOOK_LISTEN', () => isListenerOfUse() && startListener())
  const found = reporter(onFound, warn)
  const report: Report = (exported, place, via) => {
    listen()
    if (isJest(place)) attempt(warn, 'HOOK_JEST', () => startJest(exported, targets, found))
    else found(exported, place, via)
  }
  Object.defineProperty(globalThis, MARK, { value: report, configurable: true, enumerable: false, writable: false })
  const watchRequire = once(() => attempt(warn, 'HOOK_REQUIRE', () => startRequireHook([...targets, JEST], report)))
  const runtime = runtimeOf()
  if (supportsSyncHooks() && registerHooks) {
    attempt(warn, 'HOOK_REGISTER', () => {
      registerHooks({ load: loadHook([...targets, JEST], warn) })
      beforeBuiltin = new Map()
    })
    if (runtime === 'node') attempt(warn, 'HOOK_REQUIRE', () => onForeignLoader(watchRequire))
  } else if (runtime === 'bun') {
    watchRequire()
    attempt(warn, 'HOOK_REGISTER', () => startBun(targets))
  } else {
    watchRequire()
    attempt(warn, 'HOOK_REGISTER', () => registerInHooksThread(targets))
  }
  attempt(warn, 'HOOK_REQUIRE', () => reportCached(targets, report))
  listen()
  return true
}

function attempt(warn: OnProblem, code: HookProblem, work: () => unknown): void {
  try {
    work()
  } catch (error) {
    warn(code, error)
  }
}

/** The problem handler runs inside the program's imports: whatever it throws is dropped. */
function quiet(onProblem: OnProblem): OnProblem {
  return (code, error) => {
    try {
      onProblem(code, error)
    } catch {
      // there is nobody left to tell
    }
  }
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    work()
  }
}

function reporter(onFound: (copy: FoundCopy) => void, warn: OnProblem): Report {
  const seen = new WeakSet<object>()
  return (exported, place, via = 'load') => {
    try {
      const prototype: unknown = typeof exported === 'function' ? exported.prototype : null
      if (typeof prototype !== 'object' || prototype === null || seen.has(prototype)) return
      seen.add(prototype)
      onFound({ ...place, exported, via })
    } catch (error) {
      warn('HOOK_FOUND', error)
    }
  }
}

/** The in-thread load hook: sees `import` and `require()`. `next` stands alone, its errors are the program's own. */
function loadHook(targets: readonly HookTarget[], warn: OnProblem): LoadHooks['load'] {
  const wanted = indexTargets(targets)
  return (url, context, next) => {
    const loaded = next(url, context)
    const work = beforeBuiltin?.get(url)
    if (work !== undefined && beforeBuiltin?.delete(url)) attempt(warn, 'HOOK_FOUND', work)
    try {
      return appendReport(wanted, url, loaded)
    } catch (error) {
      warn('HOOK_LOAD', error)
      return loaded
    }
  }
}

/**
 * Calls back when `require()` no longer goes through the load hooks: now, or when somebody replaces Node's loader later
 * (tsx). The accessor goes as soon as it has fired. Cheaper than require-in-the-middle, whose import is 7 ms.
 */
function onForeignLoader(work: () => void): void {
  let loader = extensions['.js']
  if (!isNativeJsLoader(loader)) {
    work()
    return
  }
  Object.defineProperty(extensions, '.js', {
    configurable: true,
    enumerable: true,
    get: () => loader,
    set(replacement) {
      loader = replacement
      Object.defineProperty(extensions, '.js', { value: loader, configurable: true, enumerable: true, writable: true })
      work()
    },
  })
}

function registerInHooksThread(targets: readonly HookTarget[]): void {
  if (!hasQuietRegister()) throw new Error('this Node has neither in-thread load hooks nor a silent module.register()')
  const hooks = new URL('./load.js', import.meta.url)
  // By its path: the part of the start has a copy. Damaged, it would end the program in that thread; here it is a problem.
  natively(() => [require('./builtins.js'), require(fileURLToPath(hooks))])
  module.register(hooks, { data: targets })
}

/** The cache of `require()` is empty in a preload; it is not when hooks are installed by code. */
function reportCached(targets: readonly HookTarget[], report: Report): void {
  const wanted = indexTargets(targets)
  if (!Object.keys(require.cache).some((path) => candidates(wanted, path).length > 0)) return
  const { cachedCopies } = natively(() => require('./loaded.js') as typeof import('./loaded.ts'))
  for (const { exported, via, ...place } of cachedCopies(targets)) report(exported, place, via)
}

function startRequireHook(targets: readonly HookTarget[], report: Report): void {
  const { hookRequire } = natively(() => require('./require.js') as typeof import('./require.ts'))
  hookRequire(targets, report)
}

function startBun(targets: readonly HookTarget[]): void {
  const { hookBun } = natively(() => require('./bun.js') as typeof import('./bun.ts'))
  hookBun(targets)
}

function isJest({ file }: CopyPlace): boolean {
  return /[\\/]jest-runtime[\\/]build[\\/]index\.js$/.test(file)
}

function startJest(runtimeClass: unknown, targets: readonly HookTarget[], report: Report): void {
  const { watchJest } = natively(() => require('./jest.js') as typeof import('./jest.ts'))
  watchJest(runtimeClass, targets, report)
}

/** A copy of import-in-the-middle that nobody has loaded wraps nothing; loading it for each program costs 2 to 4 ms. */
function isListenerOfUse(): boolean {
  return Object.keys(require.cache).some((path) => path.includes('import-in-the-middle'))
}

function startListening(targets: readonly HookTarget[], report: Report): void {
  const { listen } = natively(() => require('./listen.js') as typeof import('./listen.ts'))
  listen(targets, report)
}
