// The shipper's thread as its starter sees it: started at the first frame, started again when it dies. Main thread.
import { Worker } from 'node:worker_threads'
import type { FrameHead } from '../frame.ts'
import type { ExporterName, Options } from '../options.ts'
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
  readonly thread: number
}

/** A frame that went by memory. */
export interface FrameMessage {
  readonly head: FrameHead
  readonly body: Uint8Array | string | undefined
}

/** Deaths in a row after which the records stay on disk for the next process. */
const MAX_RESTARTS = 5
/** A shipper that lived this long has recovered: earlier deaths no longer count. */
const RECOVERED_MS = 60_000
const MAX_HEAP_MB = 256
/** A shipper without a sign of life for this long has died with the thread that started it. */
const STALE_S = 5

export interface ShipperThread extends ShipperPort {
  /** Starts it now unless one runs. Used at exit, when there is no next turn. */
  startNow(): boolean
  isRunning(): boolean
  stop(): void
}

/** Prepares the shipper of a thread; nothing starts before `ensure` or `post`. */
export function shipperThread(
  config: SpoolConfig,
  data: ShipperData,
  onProblem: (error: unknown) => void,
): ShipperThread {
  const { bell } = config
  let worker: Worker | null = null
  let planned = false
  let deaths = 0
  let startedAtMs = 0
  let stopped = false

  const start = (): void => {
    if (worker !== null || stopped || deaths > MAX_RESTARTS) return
    startedAtMs = Date.now()
    bell.write('beat', Math.floor(startedAtMs / 1000))
    const started = new Worker(new URL('../shipper/worker.js', import.meta.url), {
      name: 'neatlogs',
      execArgv: [],
      env: withoutNodeOptions(process.env),
      workerData: data,
      stdin: false,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    })
    worker = started
    started.unref()
    started.on('error', onProblem)
    started.on('exit', () => {
      if (worker !== started) return
      worker = null
      bell.write('shipper', 0)
      if (stopped) return
      deaths = Date.now() - startedAtMs > RECOVERED_MS ? 1 : deaths + 1
      claimAndStart()
    })
  }

  const claimAndStart = (): boolean => {
    planned = false
    try {
      const stale = Date.now() / 1000 - bell.read('beat') > STALE_S
      if (!bell.claim('shipper', 0, 1) && !(stale && worker === null && bell.claim('shipper', 1, 1))) return false
      start()
      return worker !== null
    } catch (error) {
      bell.write('shipper', 0)
      deaths++
      onProblem(error)
      return false
    }
  }

  return {
    ensure() {
      if (worker !== null || planned || stopped || deaths > MAX_RESTARTS || bell.read('shipper') === 1) return
      planned = true
      // Not within the user's call: starting a thread takes about a millisecond.
      setImmediate(claimAndStart).unref()
    },
    post(head, body) {
      if (worker === null) start()
      worker?.postMessage({ head, body } satisfies FrameMessage)
    },
    startNow: claimAndStart,
    isRunning: () => worker !== null || bell.read('shipper') === 1,
    stop() {
      stopped = true
      void worker?.terminate()
    },
  }
}

/** Our worker must not run the preload again, nor any other. */
function withoutNodeOptions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = env
  return rest
}
