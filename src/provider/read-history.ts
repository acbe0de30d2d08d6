// The process's history as somebody asks for it. In: bytes of segments. Out: entries, newest last. A file of its own, loaded when it is asked for: the rules,
// the decoder and the options come with it. Main thread.
import { framesOf } from '../recorder/kept-frames.ts'
import { knownRecorder } from '../recorder/known.ts'
import type { ConversationEntry } from './conversation.ts'
import { type History, MAX_CALLS, openHistory } from './history.ts'
import { laneOf, readSettings } from './listener.ts'

/** A history of the process's calls. */
export function openMemory(): History {
  return openHistory(
    () => laneOf(knownRecorder()?.recorder?.traceId),
    () => readSettings(undefined).decode,
  )
}

/** The last calls that have ended, of segments and of those in memory. Throws `ERR_NEATLOGS_ARGUMENT` for a limit that is no positive integer. */
export function readEntries(pieces: Iterable<Buffer>, memory: History | null, limit?: number): ConversationEntry[] {
  const history = openMemory()
  for (const [head, body] of framesOf(pieces)) history.append(head, body)
  const entries = history.entries(limit)
  return memory === null ? entries : [...entries, ...memory.entries(limit)].slice(-(limit ?? MAX_CALLS))
}
