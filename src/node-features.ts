// Facts about Node versions, each with its link. Leaf, no imports. Main thread.

/**
 * Says whether a sync load hook is safe in this Node. `module.registerHooks` exists since 22.15, but until
 * https://github.com/nodejs/node/pull/59929 (22.22.3, 24.11.1, 25.1.0, 26.0.0) it refused CommonJS without source,
 * which breaks tsx, and 22.15 and 24.0 throw inside the hook. The rule is import-in-the-middle's
 * `supports-sync-hooks.mjs`.
 */
export function supportsSyncHooks(version: string = process.versions.node): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  if (major >= 26) return true
  if (major === 25) return minor >= 1
  if (major === 24) return minor > 11 || (minor === 11 && patch >= 1)
  return major === 22 && (minor > 22 || (minor === 22 && patch >= 3))
}

/**
 * Says whether `module.register` is silent: Node 26 answers it with DEP0205
 * (https://github.com/nodejs/node/pull/62401).
 */
export function hasQuietRegister(version: string = process.versions.node): boolean {
  return Number.parseInt(version, 10) < 26
}

/**
 * Says whether Node reads web streams by their slots where it read them by methods: `Readable.fromWeb` of Node 26 does (its
 * lib/internal/webstreams/adapters.js), that of 24 asks `reader.read()`.
 */
export function readsBySlots(version: string = process.versions.node): boolean {
  return Number.parseInt(version, 10) >= 25
}

/**
 * Says whether `require()` of a `.js` file still reads it through the load hooks. Node's own loader
 * (`Module._extensions['.js']`) does, by its inner `loadSource`; tsx's replacement reads the file itself. A Node whose
 * loader has no such name counts as foreign.
 */
export function isNativeJsLoader(loader: unknown): boolean {
  return typeof loader === 'function' && Function.prototype.toString.call(loader).includes('loadSource(')
}

/**
 * Whose process this is. Bun and Deno run Node's packages and name a Node version; their loaders, compilers and caches are their own, and
 * nobody else's preload reaches those.
 */
export function runtimeOf(versions: { readonly [name: string]: string | undefined } = process.versions): Runtime {
  return versions.bun ? 'bun' : versions.deno ? 'deno' : 'node'
}

export type Runtime = 'node' | 'bun' | 'deno'

interface WorkerThreads {
  readonly isMainThread: boolean
  readonly parentPort: unknown
  readonly isInternalThread?: boolean
}

/**
 * Says whether this is Node's own thread for `module.register` hooks. Up to 22.22.2 and 24.11.0 it runs the `--require`
 * preloads too, and from 22.13 cannot link an ES module with imports there (ERR_METHOD_NOT_IMPLEMENTED, the program
 * dies): so no imports up to this question. `isInternalThread` exists since 22.14 and 23.7; before, such a thread is
 * one without a port.
 */
export function isHooksThread(): boolean {
  // Only workers have a disabled chdir; loading `worker_threads` to ask costs every main thread 1.7 ms.
  if ((process.chdir as { disabled?: boolean }).disabled !== true) return false
  const threads: WorkerThreads = process.getBuiltinModule('node:worker_threads')
  return threads.isInternalThread ?? (!threads.isMainThread && threads.parentPort === null)
}
