// What the threads of a process agree on: the lane's name, the doorbell's memory, the session. In: options. Out: the same in each
// thread. Main and user threads.
import { createRequire } from 'node:module'
import type { Options } from '../options/options.ts'
import { natively, parseJson, toJson } from '../originals.ts'

const require = createRequire(import.meta.url)
const THREADS_KEY = 'neatlogs.lane'

/** What the threads of a process share. */
export interface SharedLane {
  readonly laneName: string
  readonly memory: SharedArrayBuffer
  readonly traceId: string
}

/** Makes names for one recorder alone. */
export function newShared(options: Options): SharedLane {
  const { openBell } = natively(() => require('../spool/bell.js') as typeof import('../spool/bell.ts'))
  return { ...newNames(options), memory: openBell().shared }
}

/**
 * The lane of all threads. Its memory is there from the first import of openai on (src/preload/start.ts), so that every thread that is
 * started later has it; its names are made by the first thread that records.
 */
export function shareWithThreads(options: Options): SharedLane {
  const { agreeOn, BELL_BYTES, openBell } = natively(
    () => require('../spool/bell.js') as typeof import('../spool/bell.ts'),
  )
  const threads = process.getBuiltinModule('node:worker_threads')
  let memory = threads.getEnvironmentData(THREADS_KEY) as unknown as SharedArrayBuffer | undefined
  if (memory === undefined) {
    memory = new SharedArrayBuffer(BELL_BYTES)
    threads.setEnvironmentData(THREADS_KEY, memory as never)
  }
  const agreed = agreeOn(openBell(memory), () => toJson(newNames(options)))
  return { ...(parseJson(agreed) as Omit<SharedLane, 'memory'>), memory }
}

let takeWaiting = (): void => {}

/** Has what threads post taken in one go when the process ends. */
export function holdThreads(take: () => void): void {
  takeWaiting = take
}

/** Takes what threads have posted and nobody has heard yet. */
export function takeFromThreads(): void {
  takeWaiting()
}

function newNames(options: Options): Omit<SharedLane, 'memory'> {
  const { newLaneName } = natively(() => require('../spool/lane.js') as typeof import('../spool/lane.ts'))
  const { thisProcess } = natively(() => require('../spool/owner.js') as typeof import('../spool/owner.ts'))
  const { randomUUID } = process.getBuiltinModule('node:crypto')
  return { laneName: newLaneName(thisProcess()), traceId: options.traceId ?? randomUUID() }
}
