// Step 7 in the main thread, when the program redacts by a function of its own: a function cannot cross to the shipper. In: the
// frames of calls. Out: `record` frames that may touch the disk; nothing before it was redacted does. Main thread.

import { keepTrace } from '../content/sample.ts'
import type { DecodeOptions } from '../decode/decode.ts'
import { worksNoModel } from '../decode/own-usage.ts'
import type { Append, LaneInfo } from '../frame.ts'
import { noteFailure } from '../openai/guard.ts'
import { setImmediate, toJson } from '../originals.ts'
import { decodeHeld } from './decode-held.ts'
import { type HeldCall, type HeldCalls, holdFrame } from './held-call.ts'

export interface Redacting {
  readonly append: Append
  /** Decodes and appends what has ended. */
  drain(): void
  /** The same, and what has not ended as calls that never will. */
  finish(): void
  /** Records whose content was dropped because the function failed. */
  failedCount(): number
}

export interface RedactingOptions extends DecodeOptions {
  readonly sampleRate: number
}

/** Opens the stage in front of `append`. Calls are decoded in a turn of their own, not in the program's. */
export function openRedacting(
  lane: LaneInfo,
  options: RedactingOptions,
  append: Append,
  say: (message: string) => void,
): Redacting {
  const open: HeldCalls = new Map()
  const ended: HeldCall[] = []
  let isPlanned = false
  let failed = 0
  const onRedactionFailure = (message: string): void => {
    failed++
    say(message)
  }

  const write = (call: HeldCall): void => {
    try {
      const record = decodeHeld(call, lane, { ...options, onRedactionFailure })
      if (worksNoModel(call.open, record)) return
      if (record.status !== 'error' && !keepTrace(record.trace_id, options.sampleRate)) return
      append({ t: 'record', id: record.id }, toJson(record))
    } catch (error) {
      noteFailure('redacting', error)
    }
  }
  const drain = (): void => {
    isPlanned = false
    for (const call of ended.splice(0)) write(call)
  }
  return {
    drain,
    failedCount: () => failed,
    append(head, body) {
      if (head.t === 'lost' || head.t === 'record') return append(head, body)
      const call = holdFrame(open, head, body)
      if (call === null) return false
      if (call.close === null) return true
      ended.push(call)
      if (!isPlanned) setImmediate(drain)
      isPlanned = true
      return true
    },
    finish() {
      drain()
      for (const call of open.values()) write(call)
      open.clear()
    },
  }
}
