// The preload's start: wires hook → openai → spool. In: found copies of openai. Out: patched classes, whose first call makes the
// recorder. A program without openai pays for the hook, one that only imports openai for the patch. Main and user threads.
import { createRequire } from 'node:module'
import { beforeBuiltin, type FoundCopy, installHooks } from '../hook/install.ts'
import { patchClass, rememberCopy } from '../openai/patch.ts'
import { OPENAI_TARGET } from '../openai/targets.ts'
import { natively, outside, setTimeout } from '../originals.ts'
import type { PatchResult } from '../wrap.ts'
import { watchWire } from './watch-wire.ts'

const require = createRequire(import.meta.url)
const SINKS = Symbol.for('neatlogs.sinks')
const THREADS_KEY = 'neatlogs.lane'
/** As `BELL_BYTES` in src/spool/bell.ts, which is not loaded yet. */
const SHARED_BYTES = 2252
const TEND_TRIES = 50
const TEND_RETRY_MS = 10
const VERBOSE = /^(debug|trace|info)$/i

let isReady = false

installHooks([OPENAI_TARGET], onFound, tellProblem)
watchWire(
  () => {
    if (!isReady) prepare()
  },
  (error) => tellProblem('WIRE', error),
)

shareMemoryInTime()

function tellProblem(code: string, error: unknown): void {
  try {
    attached().tellHookProblem(code, error)
  } catch {
    // the installed package has gone from the disk: there is nobody to tell
  }
}

function onFound(copy: FoundCopy): void {
  if (!isReady) prepare()
  if (process.env.NEATLOGS_DEBUG || VERBOSE.test(process.env.NEATLOGS_LOG_LEVEL ?? '')) {
    attached().takeFound(copy)
    return
  }
  const { patched, missing, undo } = unlessFrozen(copy, () => patchClass(copy.exported, copy.version))
  if (missing.length > 0) attached().tellMissing(copy, missing)
  if (copy.via === 'jest') return // the list would keep the whole realm of its test file
  const { exported, version, file, format } = copy
  rememberCopy({ exported, version, file, format, missing, undo: patched ? () => undoLater(undo) : null })
}

/** A class that refuses is seen by the wire, but for openai 3, which does not say there who it is. */
function unlessFrozen(copy: FoundCopy, patch: () => PatchResult): PatchResult {
  try {
    return patch()
  } catch (error) {
    if (copy.version?.startsWith('3.')) throw error
    return { patched: false, missing: [], undo: () => true }
  }
}

/** Leaves what the first call needs: memory for threads that are started before it, and a list of sinks that fills itself. */
function prepare(): void {
  isReady = true
  const record = (): unknown =>
    outside(() =>
      natively(() => (require('./process-recorder.js') as typeof import('./process-recorder.ts')).preloadRecorder()),
    )
  if (SINKS in globalThis) {
    record() // somebody listens already: join them
    return
  }
  const fill = (): unknown => {
    Object.defineProperty(globalThis, SINKS, { value: [], configurable: true, writable: true, enumerable: false })
    record()
    return (globalThis as { [key: symbol]: unknown })[SINKS]
  }
  Object.defineProperty(globalThis, SINKS, { get: fill, configurable: true, enumerable: false })
}

/**
 * Memory that all threads of the process share. Not before the program can start threads: loading `worker_threads` is a quarter of our
 * start-up; at once where that cannot be seen (Node 20).
 */
function shareMemoryInTime(): void {
  const { moduleLoadList } = process as { readonly moduleLoadList?: unknown }
  const mayHave = !Array.isArray(moduleLoadList) || moduleLoadList.includes('NativeModule worker_threads')
  if (beforeBuiltin === null || mayHave) shareMemory()
  else beforeBuiltin.set('node:worker_threads', shareMemory)
}

function shareMemory(): void {
  const threads = process.getBuiltinModule('node:worker_threads')
  if (!threads.isMainThread || threads.getEnvironmentData(THREADS_KEY) !== undefined) return
  const memory = new SharedArrayBuffer(SHARED_BYTES)
  threads.setEnvironmentData(THREADS_KEY, memory as never)
  const onWorker = (worker: object): void => {
    // Node 20's thread for load hooks: it makes no calls, and the program's first files are being loaded.
    if (worker.constructor.name === 'InternalWorker') return
    process.off('worker', onWorker)
    tendSoon(memory, TEND_TRIES)
  }
  process.on('worker', onWorker)
}

/** Node's loader cannot require a file of ours that imports what the program is just importing (nodejs/node#59666): in a moment it can. */
function tendSoon(memory: SharedArrayBuffer, triesLeft: number): void {
  try {
    outside(() => natively(() => tend(memory)))
  } catch (error) {
    if (triesLeft === 0) tellProblem('THREADS', error)
    else setTimeout(() => tendSoon(memory, triesLeft - 1), TEND_RETRY_MS).unref()
  }
}

/** With the first thread that is started, whether this one has openai or not. */
function tend(memory: SharedArrayBuffer): void {
  const { tendThreads } = require('../recorder/threads.js') as typeof import('../recorder/threads.ts')
  tendThreads(memory, () => {
    const { preloadRecorder } = require('./process-recorder.js') as typeof import('./process-recorder.ts')
    return preloadRecorder().recorder
  })
}

function undoLater(undo: () => boolean): boolean {
  const { undoWhenQuiet } = natively(() => require('../openai/copies.js') as typeof import('../openai/copies.ts'))
  return undoWhenQuiet(undo)
}

function attached(): typeof import('./attach.ts') {
  return natively(() => require('./attach.js') as typeof import('./attach.ts'))
}
