// The items of one lane without a shipper around them, for the unit tests of what is read, joined and kept.
import { decodeCall } from '../../../src/decode/decode.ts'
import type { Pieces } from '../../../src/destinations/destination.ts'
import { newBatch } from '../../../src/shipper/batch.ts'
import { openDoneLog } from '../../../src/shipper/done.ts'
import type { BatchItem } from '../../../src/shipper/item.ts'
import { type ItemContext, openItems } from '../../../src/shipper/items.ts'
import { openJoin } from '../../../src/shipper/join.ts'
import { openLosses } from '../../../src/shipper/losses.ts'
import { openPeril } from '../../../src/shipper/peril.ts'
import { Tail } from '../../../src/shipper/tail.ts'
import { LANE, OPTIONS } from '../decode/input.ts'

/** A destination that takes whatever `make` makes of records. */
export function piecesOf(make: Pieces['make']): Pieces {
  return { make, send: async () => ({ kind: 'delivered' }), wait: () => {}, done: () => {} }
}

const LIMITS = { maxBytes: 1e9, maxCount: 1e9, maxAgeMs: 0 }

/** Reads all of a lane. What `context` names is done its way. The tail is left open: records may be read again from it. */
export function readItems(
  path: string,
  destination: string,
  context: Partial<ItemContext>,
): { readonly items: readonly BatchItem[]; readonly tail: Tail } {
  const tail = new Tail(path, destination, true)
  const source = openItems({
    lane: LANE,
    tail,
    done: openDoneLog(path, destination),
    losses: openLosses(),
    peril: openPeril(path, destination),
    join: openJoin(),
    countOnce: (record) => record,
    decode: (call, lane) => decodeCall({ ...call, lane, options: OPTIONS }),
    takeMessage: () => undefined,
    onUnreadable: () => {},
    onDamaged: () => {},
    letGo: () => {},
    onSettled: () => {},
    isAllRead: () => true,
    isFollower: () => false,
    catchUp: () => {},
    ...context,
  })
  const batch = newBatch()
  while (source.fill(batch, LIMITS));
  source.finish(batch)
  return { items: batch.items, tail }
}
