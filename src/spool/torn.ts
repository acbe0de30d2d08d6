// Answers of which a part went by message, because the disk refused it: what follows goes the same way, since the shipper reads the disk first,
// and would put the pieces together in another order. Main thread and user threads.
import type { FrameHead } from '../frame.ts'

export interface Torn {
  /** The frame belongs to such an answer. */
  has(head: FrameHead): boolean
  /** A frame has gone by message. */
  note(head: FrameHead): void
}

export function openTorn(): Torn {
  const ids = new Set<string>()
  return {
    has: ({ id }) => ids.size > 0 && ids.has(id),
    note({ t, id }) {
      if (t === 'part') ids.add(id)
      else ids.delete(id)
    },
  }
}
