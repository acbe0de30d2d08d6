// The process's history, from the import of neatlogs on: its frames are read back from the disk when somebody asks, those that go to no disk are
// kept in memory. In: what the process's recorder says of its segments. Out: entries. A call on the disk costs nothing here. Main thread.
import { createRequire } from 'node:module'
import { natively } from '../originals.ts'
import { keepSegments } from '../recorder/kept-segments.ts'
import { type HistoryKeeper, knownHistory, knownRecorder, setHistory } from '../recorder/known.ts'
import type { ConversationEntry } from './conversation.ts'
import type { History } from './history.ts'

const require = createRequire(import.meta.url)

type Reading = typeof import('./read-history.ts')
const reading = (): Reading => natively(() => require('./read-history.js') as Reading)

/** What every copy of neatlogs that is loaded finds as the history of this thread. */
export interface ProcessHistory extends HistoryKeeper {
  entries(limit?: number): ConversationEntry[]
}

/** The history of this thread, begun by the first that asks. */
export function processHistory(): ProcessHistory {
  const known = knownHistory() as ProcessHistory | undefined
  if (known !== undefined) return known
  const made = openProcessHistory()
  setHistory(made)
  return made
}

function openProcessHistory(): ProcessHistory {
  const { add, release, pieces } = keepSegments(knownRecorder()?.recorder?.segment() ?? null)
  let memory: History | null = null
  return {
    add,
    release,
    append(head, body) {
      try {
        memory ??= reading().openMemory()
        memory.append(head, body)
      } catch {
        // a copy that is inlined in a bundle has no such file, and its history is empty
      }
    },
    entries: (limit) => reading().readEntries(pieces(), memory, limit),
  }
}
