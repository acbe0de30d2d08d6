// What each lane has with a sender that is not settled: how many records, how many bytes. Pure. Worker.
import type { BatchItem } from './item.ts'
import type { Owner } from './parcels.ts'

export interface Accounts {
  /** Bytes of all of them. */
  readonly bytes: number
  /** Adds items of a lane, or takes them off; a lane that has none left is told. */
  change(owner: Owner, items: readonly BatchItem[], sign: 1 | -1): void
  countOf(owner: Owner): number
  owners(): readonly Owner[]
}

export function openAccounts(): Accounts {
  const open = new Map<Owner, number>()
  let bytes = 0
  return {
    get bytes() {
      return bytes
    },
    change(owner, items, sign) {
      for (const item of items) bytes += item.bytes * sign
      const count = (open.get(owner) ?? 0) + items.length * sign
      if (count > 0) open.set(owner, count)
      else {
        open.delete(owner)
        owner.onChange()
      }
    },
    countOf: (owner) => open.get(owner) ?? 0,
    owners: () => [...open.keys()],
  }
}
