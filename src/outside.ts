// Leaf: runs work outside of the program's asynchronous contexts. What lives longer than the call that happens to open it (a thread,
// its ports, an interval, on Node 20 a module) would keep that call's AsyncLocalStorage contexts, and all they hold, for as long.
// Main and user threads.

type Outside = <Result>(work: () => Result) => Result

const OUTSIDE = Symbol.for('neatlogs.outside')

/** Runs `work` at once, in the context of the program's start: the preload's (src/preload/start.ts), else the import of neatlogs. */
export const outside: Outside = ((globalThis as { [key: symbol]: unknown })[OUTSIDE] as Outside | undefined) ?? define()

function define(): Outside {
  const { AsyncResource } = process.getBuiltinModule('node:async_hooks')
  const start = new AsyncResource('NEATLOGS')
  const value: Outside = (work) => start.runInAsyncScope(work)
  Object.defineProperty(globalThis, OUTSIDE, { value, configurable: true, enumerable: false })
  return value
}
