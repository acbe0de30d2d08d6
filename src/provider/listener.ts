// One listener of the programmatic API: a sink that records under its own key and keeps a history. In: who it is. Out: the sink.
// Everything is opened with the first frame, and given back when nobody needs it. Main thread.

import type { DecodeOptions } from '../decode/decode.ts'
import type { Append, FrameContext, LaneInfo } from '../frame.ts'
import type { Sink } from '../openai/sinks.ts'
import { chooseExporters } from '../options/options.ts'
import { isInlined } from '../preload/bundled.ts'
import { readOptions } from '../preload/process-recorder.ts'
import { knownRecorder } from '../recorder/known.ts'
import { type Lease, leaseRecorder } from '../recorder/recorders.ts'
import { type History, openHistory } from './history.ts'

/** Who a listener records for. */
export interface Identity {
  readonly apiKey: string | undefined
  /** Asked at the begin of each call. */
  context(): FrameContext
}

export interface Listener {
  readonly sink: Sink
  readonly history: History
  /** False when the environment says that nothing is to be recorded. */
  isEnabled(): boolean
  /** Errors that were logged already. */
  readonly logged: WeakSet<object>
  /** Begins to keep the recorder, or gives it back once the calls in flight have ended. */
  setActive(isActive: boolean): void
}

/** Opens a listener. Its options are the environment's and what `start()` was given, read when it becomes active. */
export function openListener(identity: Identity): Listener {
  let settings = readSettings(identity.apiKey)
  const history = openHistory(
    () => laneOf(identity.context().traceId),
    () => settings.decode,
  )
  const logged = new WeakSet<object>()
  let lease: Lease | null = null
  let isActive = false
  let inFlight = 0

  const append: Append = (head, body) => {
    history.append(head, body)
    if (head.t === 'open') inFlight++
    if (settings.isRecorded) {
      lease ??= leaseRecorder(settings.options, settings.redact)
      lease.append(head, body)
    }
    if (head.t === 'close') inFlight--
    giveBack()
    return true
  }
  const giveBack = (): void => {
    if (isActive || inFlight > 0 || lease === null) return
    lease.release()
    lease = null
  }
  return {
    history,
    logged,
    isEnabled: () => !settings.options.disabled,
    sink: {
      append,
      get captureAll() {
        return settings.options.capture === 'all'
      },
      context: identity.context,
      onError(error) {
        if (typeof error === 'object' && error !== null) logged.add(error)
      },
    },
    setActive(active) {
      if (active && !isActive) settings = readSettings(identity.apiKey)
      isActive = active
      giveBack()
    },
  }
}

/** Options of the environment and of `start()`, and what follows from them. Throws `ERR_NEATLOGS_OPTION`. */
export function readSettings(apiKey: string | undefined) {
  const given = knownRecorder()?.given ?? {}
  const { options, redact } = readOptions(apiKey === undefined ? given : { ...given, apiKey })
  const isRecorded = !isInlined() && !options.disabled && !chooseExporters(options, process.env).includes('none')
  const { captureContent, maxBodyBytes } = options
  const decode: DecodeOptions = {
    captureContent,
    maxBodyBytes,
    redact: options.redact,
    ...(redact === undefined ? {} : { redactRecord: redact }),
  }
  return { options, redact, isRecorded, decode }
}

/** A history shows nothing of the process, so nothing of it is looked up. */
export function laneOf(traceId: string | undefined): LaneInfo {
  return {
    v: 1,
    pid: process.pid,
    hostname: '',
    node: process.versions.node,
    neatlogs: '',
    service: '',
    traceId: traceId ?? '',
    tags: [],
    userId: null,
    metadata: {},
    fingerprint: '',
    startTime: '0',
    bootId: '',
    pidNamespace: '',
  }
}
