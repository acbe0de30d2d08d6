// The shipper's thread as its starter sees it: one per process, started at the first frame by the thread that has it, started
// again when it dies. Main thread and user threads.

import { createRequire } from 'node:module'
import type { Worker } from 'node:worker_threads'
import type { ExporterName, Options } from '../options/options.ts'
import { outside, setImmediate, setTimeout } from '../originals.ts'
import { clockS } from './bell.ts'
import { type FrameMessage, openRelay } from './relay.ts'
import type { ShipperPort, SpoolConfig } from './spool.ts'

/** What the shipper gets as `workerData`. */
export interface ShipperData {
  readonly root: string
  readonly owner: SpoolConfig['owner']
  readonly laneName: string
  readonly info: SpoolConfig['info']
  readonly shared: SharedArrayBuffer
  readonly options: Options
  readonly exporters: readonly ExporterName[]
}

/** Deaths in a row, none of which had delivered anything, after which the records stay on disk for the next process. */
const MAX_DEATHS = 6
/** Wait before the next start after such deaths: 0, 0.2, 0.8, 3.2, 12.8 s. */
const RESTART_MS = 50
/** A shipper that lived this long has recovered: earlier deaths no longer count. */
const RECOVERED_S = 60
/**
 * V8's first full collection comes at a share of this, and each small one makes the share smaller: with 256 the shipper marked its heap while it
 * started, 10 MB of it, which took 25 ms of CPU on Node 24. What it holds is bounded elsewhere (`decode/oversize.ts`).
 */
const MAX_HEAP_MB = 512
/** What one body of the largest size that is kept (NEATLOGS_MAX_BODY_BYTES) may take more, encoded: V8 ends the program, not the thread. */
const HEAP_PER_BODY = 8
/**
 * Node's default would let the young generation of a busy shipper grow to 100 MB. With 4 MB it was collected once for three calls of 50 KB,
 * which took a fifth of the shipper's time; 16 MB take 8 MB more of memory than 8 MB, at any rate, and save 0 to 5 % of the CPU at full speed.
 */
const YOUNG_HEAP_MB = 8
/** Another thread's shipper without a sign of life for this long has died with its thread. */
const STALE_S = 8
/** It is seen twice, this far apart: after a stop of the whole process everything looks dead for a moment. */
const SURE_S = 2

export interface ShipperThread extends ShipperPort {
  /** Starts it now unless one runs. Used at exit, when there is no next turn. Returns false when there is none. */
  startNow(): boolean
  /** Hands over frames that wait for another thread's shipper. */
  handOver(timeoutMs: number): void
  isOwner(): boolean
  stop(): void
}

/** Prepares the shipper of a thread; nothing starts before `ensure` or `post`. */
export function shipperThread(
  config: SpoolConfig,
  data: ShipperData,
  onProblem: (error: unknown) => void,
): ShipperThread {
  const { bell } = config
  const relay = openRelay(config.laneName, bell)
  /** A thread may be ended at any moment, and what it has started with it: the main thread starts the shipper. */
  const isTended = (): boolean => config.thread !== 0 && bell.read('tended') === 1
  let worker: Worker | null = null
  let planned = false
  let stopped = false
  let deaths = 0
  let bornS = 0
  let deliveredBefore = 0
  let suspect: { readonly beat: number; readonly atS: number } | null = null

  /** True when another thread's shipper has not stirred, now and at an earlier look. */
  const looksDead = (): boolean => {
    const beat = bell.read('beat')
    if (clockS() - beat <= STALE_S) suspect = null
    else if (suspect?.beat !== beat) suspect = { beat, atS: clockS() }
    return suspect !== null && clockS() - suspect.atS >= SURE_S
  }
  const claim = (): boolean => {
    if (bell.read('shipper') === 1) return looksDead() && bell.claim('beat', suspect?.beat ?? 0, clockS())
    bell.write('beat', clockS())
    return bell.claim('shipper', 0, 1)
  }
  const start = (): void => {
    bornS = clockS()
    deliveredBefore = bell.read('delivered')
    bell.write('listening', 0)
    const started = outside(() => newWorker(data))
    worker = started
    started.unref()
    started.on('error', onProblem)
    started.on('exit', () => {
      if (worker === started) onDeath()
    })
  }
  const onDeath = (): void => {
    worker = null
    // What it had not taken from its messages is gone with it.
    bell.write('received', bell.read('posted'))
    bell.write('listening', 0)
    bell.write('asleep', 0)
    bell.write('shipper', 0)
    if (stopped) return
    const hasWorked = bell.read('delivered') !== deliveredBefore || clockS() - bornS > RECOVERED_S
    deaths = hasWorked ? 1 : deaths + 1
    plan(deaths === 1 ? 0 : RESTART_MS * 4 ** (deaths - 1))
  }
  const startNow = (): boolean => {
    planned = false
    if (isTended()) return true
    if (worker !== null || stopped || deaths >= MAX_DEATHS) return worker !== null || bell.read('shipper') === 1
    try {
      if (claim()) start()
      return true
    } catch (error) {
      bell.write('shipper', 0)
      deaths++
      onProblem(error)
      // No descriptor left, say. Not with the next frame: six of them would be its end.
      if (deaths < MAX_DEATHS) plan(RESTART_MS * 4 ** deaths)
      return false
    }
  }
  /** Not within the user's call: starting a thread takes about a millisecond. */
  const plan = (afterMs: number): void => {
    planned = true
    if (afterMs === 0) setImmediate(startNow).unref()
    else setTimeout(startNow, afterMs).unref()
  }

  return {
    ensure() {
      if (worker !== null || planned || stopped || deaths >= MAX_DEATHS || isTended()) return
      if (bell.read('shipper') === 0 || looksDead()) plan(0)
    },
    post(head, body) {
      if (worker === null) startNow()
      const message: FrameMessage = { head, body }
      if (worker !== null) (worker as Worker).postMessage(message)
      else relay.post(message)
    },
    startNow,
    handOver: relay.flush,
    isOwner: () => worker !== null,
    stop() {
      stopped = true
      relay.close()
      void worker?.terminate()
      if (worker !== null) bell.write('shipper', 0)
      worker = null
    },
  }
}

function newWorker(data: ShipperData): Worker {
  // Our own worker must not run the preload again, nor any other.
  const { NODE_OPTIONS: _, ...env } = process.env
  const bodyMb = Math.ceil(data.options.maxBodyBytes / 1024 / 1024)
  // Not imported: see hook/builtins.ts.
  const threads = process.getBuiltinModule('node:worker_threads')
  return new threads.Worker(new URL('../shipper/worker.js', import.meta.url), {
    name: 'neatlogs',
    execArgv: pnpFlags(),
    env,
    workerData: data,
    stdin: false,
    resourceLimits: {
      maxOldGenerationSizeMb: MAX_HEAP_MB + bodyMb * HEAP_PER_BODY,
      maxYoungGenerationSizeMb: YOUNG_HEAP_MB,
    },
  })
}

/** Without Yarn's PnP the thread finds none of our packages: pino, which says what is wrong. */
function pnpFlags(): string[] {
  if (process.versions.pnp === undefined) return []
  try {
    return ['--require', createRequire(import.meta.url).resolve('pnpapi')]
  } catch {
    return [] // records go without it
  }
}
