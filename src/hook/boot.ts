// Before step 1: decides whether this thread is to be recorded at all. No imports: Node 22.13–22.22.2 and 24.0–24.11.0 run
// a --require'd preload in their hooks thread too and cannot link an ES module there; the throw would end the program.

/** Name of the one global of ours: the function that takes found classes. Its presence says that a copy of neatlogs runs. */
export const PRELOAD_MARK = 'neatlogs.preload'

const DISABLED = /^\s*(1|true|yes|on)\s*$/i

/** Calls `start` unless disabled, already started (by any copy of neatlogs) or in Node's hooks thread. Never throws. */
export function boot(start: () => void): void {
  try {
    if (DISABLED.test(process.env.NEATLOGS_DISABLED ?? '')) return
    if (Symbol.for(PRELOAD_MARK) in globalThis || isHooksThread()) return
    start()
  } catch (error) {
    process.emitWarning(`neatlogs could not start; nothing is recorded: ${String(error)}`)
  }
}

/** Says once that this Node cannot run neatlogs; silent when disabled and in worker threads. */
export async function sayUnsupported(): Promise<void> {
  if (DISABLED.test(process.env.NEATLOGS_DISABLED ?? '')) return
  const { isMainThread } = await import('node:worker_threads')
  if (!isMainThread) return
  const { node } = process.versions
  const needed = Number.parseInt(node, 10) < 21 ? '>= 20.19' : '>= 22.12'
  process.stderr.write(`neatlogs: Node ${node} is not supported (needs ${needed}); nothing is recorded\n`)
}

interface WorkerThreads {
  readonly isMainThread: boolean
  readonly parentPort: unknown
  /** Since 22.14 and 23.7; before, a hooks thread is a thread without a port. */
  readonly isInternalThread?: boolean
}

function isHooksThread(): boolean {
  const threads: WorkerThreads = process.getBuiltinModule('node:worker_threads')
  return threads.isInternalThread ?? (!threads.isMainThread && threads.parentPort === null)
}
