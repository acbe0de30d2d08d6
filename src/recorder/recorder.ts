// One recorder: from the frames of calls to a spool and its shipper. In: options. Out: a sink for `openai/`, flush, stats.
// Nothing of it is loaded or made before the first frame, but the names that threads of the process must agree on. Main thread.

import { createRequire } from 'node:module'
import { type Diagnostics, openDiagnostics } from '../diagnostics.ts'
import type { Append, FrameContext, LaneInfo } from '../frame.ts'
import { runtimeOf } from '../node-features.ts'
import type { Sink } from '../openai/sinks.ts'
import {
  chooseExporters,
  type Environment,
  type ExporterName,
  mustNotTouchDisk,
  type Options,
} from '../options/options.ts'
import type { RedactRecord } from '../options/start-options.ts'
import { natively, outside } from '../originals.ts'
import { faultOf } from '../safe-text.ts'
import { addSecretNames } from '../secrets/names.ts'
import { printable } from '../secrets/printable.ts'
import type { Bell } from '../spool/bell.ts'
import type { FrameMessage } from '../spool/relay.ts'
import type { ShipperThread } from '../spool/shipper-thread.ts'
import type { Segment, Spool, SpoolConfig } from '../spool/spool.ts'
import { type FlushResult, readStats, waitForDrain } from './flush.ts'
import type { Redacting } from './redacting.ts'
import { newShared, type SharedLane, shareWithThreads, takeFromThreads } from './shared-lane.ts'

const require = createRequire(import.meta.url)
const FLUSH_TIMEOUT_MS = 30_000
const CLOSE_TIMEOUT_MS = 2000

export interface Recorder {
  readonly sink: Sink
  /** The session of calls that say no other. */
  readonly traceId: string
  /** Asks the shipper to deliver all there is; resolves when it has, or has given up for now. Never rejects. */
  flush(timeoutMs?: number): Promise<FlushResult>
  stats(): FlushResult
  /** The segment that its frames go to now; null when there is none, or what is in it is not the frames. */
  segment(): Segment | null
  /** Main thread: starts the shipper for the threads of the process, which have appended. */
  tend(): void
  /** Main thread: takes a frame that a thread has posted. */
  take(message: FrameMessage): void
  /** Ends the recorder: its lane goes when all of it is delivered, else it stays on disk. */
  close(): void
}

/** Everything that exists from the first frame on. */
interface Opened {
  readonly spool: Spool
  readonly stage: Redacting | null
  readonly shipper: ShipperThread
  readonly stop: () => void
}

/** Opens a recorder. `isShared`: it is the preload's, whose lane all threads of the process use. */
export function openRecorder(
  options: Options,
  env: Environment,
  context: () => FrameContext | undefined,
  isShared: boolean,
  redact?: RedactRecord,
  keeper?: SpoolConfig['keeper'],
): Recorder {
  addSecretNames(options.secretNames)
  const shared = isShared ? shareWithThreads(options) : newShared(options)
  const { openBell } = natively(() => require('../spool/bell.js') as typeof import('../spool/bell.ts'))
  const bell = openBell(shared.memory)
  let opened: Opened | null = null
  const opening = (): Opened => {
    opened ??= outside(() => natively(() => open(options, env, shared, bell, redact, keeper)))
    return opened
  }
  const append: Append = (head, body) => {
    const { stage, spool } = opening()
    return (stage ?? spool).append(head, body)
  }
  const stats = (): FlushResult => ({ ...readStats(bell), contentDropped: opened?.stage?.failedCount() ?? 0 })
  return {
    sink: { append, captureAll: options.capture === 'all', context },
    traceId: shared.traceId,
    stats,
    segment: () => (opened?.stage === null ? opened.spool.segment() : null),
    async flush(timeoutMs = FLUSH_TIMEOUT_MS) {
      opened?.stage?.drain()
      if (opened?.shipper.startNow()) await waitForDrain(bell, timeoutMs)
      return stats()
    },
    tend: () => void opening().shipper.startNow(),
    take: ({ head, body }) => opening().shipper.post(head, body),
    close() {
      const { stop } = opened ?? {}
      opened = null
      if (stop === undefined) return
      if (isShared) return stop() // the lane is other threads' too
      bell.write('ending', 1)
      void waitForDrain(bell, CLOSE_TIMEOUT_MS, false).then(stop)
    },
  }
}

function open(
  given: Options,
  env: Environment,
  shared: SharedLane,
  bell: Bell,
  redact: RedactRecord | undefined,
  keeper: SpoolConfig['keeper'],
): Opened {
  // A message to a thread of Bun's or Deno's (1.4, 2.9) needs a turn of the loop, which an exit has not: the shipper cannot redact there.
  const isStaged = redact !== undefined || (mustNotTouchDisk(given) && runtimeOf() !== 'node')
  // What has been redacted needs no more rules.
  const options = isStaged ? { ...given, redact: [], captureContent: true } : given
  const { isMainThread, threadId } = process.getBuiltinModule('node:worker_threads')
  const { openSpool } = require('../spool/spool.js') as typeof import('../spool/spool.ts')
  const { shipperThread } = require('../spool/shipper-thread.js') as typeof import('../spool/shipper-thread.ts')
  const { watchEnding } = require('../spool/exit.js') as typeof import('../spool/exit.ts')
  const { describeLane, factsForDisk } = require('./lane-info.js') as typeof import('./lane-info.ts')
  const { closeOpenCalls } = require('../openai/sweep.js') as typeof import('../openai/sweep.ts')
  const diagnostics = openDiagnostics(options.logLevel, 'main')
  const exporters = chooseExporters(options, env)
  const { root, owner, info: facts } = describeLane(options, env, exporters, shared.traceId)
  const info = factsForDisk(facts, options, isStaged)
  const config = {
    root,
    owner,
    laneName: shared.laneName,
    info,
    bell,
    thread: threadId,
    memoryOnly: mustNotTouchDisk(options),
    keeper: isStaged ? undefined : keeper,
  }
  const data = { root, owner, laneName: shared.laneName, info, shared: bell.shared, options, exporters }
  const shipper = shipperThread(config, data, (error) => {
    const isOnDisk = !config.memoryOnly && spool.diskProblem() === null
    const what = isOnDisk ? 'records stay on disk for the next start' : 'calls cannot be recorded without it'
    diagnostics.once('shipper', 'warn', `the shipper failed: ${faultOf(error)}; ${what}`)
  })
  const spool: Spool = openSpool(config, shipper, (error) =>
    diagnostics.once('spool', 'warn', `cannot write to ${root}: ${String(error)}; records are kept in memory`),
  )
  const stage = !isStaged ? null : redactBefore(spool, facts, given, redact, diagnostics)
  const closeCalls = (): void => {
    closeOpenCalls()
    takeFromThreads()
    stage?.finish()
  }
  const { laneName } = shared
  const { startNow: startShipper, handOver, isOwner: ownsShipper, stop: leave } = shipper
  const unwatch = watchEnding(
    { bell, root, laneName, timeoutMs: options.exitTimeoutMs, closeCalls, startShipper, handOver, ownsShipper, leave },
    isMainThread,
  )
  if (isMainThread) {
    tellWhere(bell, root, options, exporters)
    const { tellWatched } = require('./watched.js') as typeof import('./watched.ts')
    tellWatched(root, options, env, (message) => diagnostics.once('watched', 'warn', message))
  }
  return {
    spool,
    stage,
    shipper,
    stop() {
      unwatch()
      spool.close()
      shipper.stop()
    },
  }
}

function redactBefore(
  spool: Spool,
  info: LaneInfo,
  { captureContent, redact, maxBodyBytes, sampleRate }: Options,
  redactRecord: RedactRecord | undefined,
  diagnostics: Diagnostics,
): Redacting {
  const { openRedacting } = require('./redacting.js') as typeof import('./redacting.ts')
  const say = (message: string): void => diagnostics.once('redaction', 'warn', message)
  const rules = { captureContent, redact, maxBodyBytes, sampleRate, ...(redactRecord ? { redactRecord } : {}) }
  return openRedacting(info, rules, spool.append, say)
}

/** One line, once per process, and only when the user has not said where records go. */
function tellWhere(bell: Bell, root: string, options: Options, exporters: readonly ExporterName[]): void {
  if (options.exporters.length > 0 || exporters[0] !== 'file' || options.logLevel === 'silent') return
  if (!bell.claim('told', 0, 1)) return
  try {
    const fs = process.getBuiltinModule('node:fs')
    fs.writeSync(2, `neatlogs: recording OpenAI calls to ${printable(root)} (look: npx neatlogs view)\n`)
  } catch {
    // stderr is closed
  }
}
