// Step 9, deliver: one request. In: a parcel. Out: what became of it. Never rejects. Worker.
import { CLOSED_RULES, type Destination, type Outcome } from '../destinations/destination.ts'
import type { Parcel } from './parcels.ts'

/** Sends what the items of a parcel hold: their pieces, where the destination makes any, else their records. */
export async function sendOnce(
  destination: Destination,
  { items }: Parcel,
  droppedCount: number,
  patience: number,
): Promise<Outcome> {
  const info = { droppedCount, rules: items[0]?.owner.rules ?? CLOSED_RULES, patience }
  const { pieces } = destination
  try {
    if (pieces === undefined) {
      const records = items.map(({ item }) => item.record())
      return await destination.send(records, info)
    }
    const made = items.map(({ item }) => item.piece ?? pieces.make(item.record()))
    return await pieces.send(made, info)
  } catch (error) {
    // An encoder's bug with one record: it must not stop the others.
    return { kind: 'rejected', status: null, answer: String(error), mayPassSplit: true }
  }
}
