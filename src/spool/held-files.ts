// Segments that a thread keeps open until the shipper has them open too: whoever deletes or moves the folder in between takes none of them. In: a
// segment that is begun. Out: its descriptor, which is the whole process's. A table in the doorbell's memory. Main thread, user threads, worker.
import { fstatSync } from 'node:fs'

const SLOTS = 32
/** Words of a slot. */
const FIELD = {
  state: 0,
  ticket: 1,
  lane: 2,
  thread: 3,
  number: 4,
  fd: 5,
  device: 6,
  inodeLow: 7,
  inodeHigh: 8,
} as const
const SLOT_WORDS = 9
const FREE = 0
const BEING_WRITTEN = 1
const ANNOUNCED = 2
const WORD = 2 ** 32

/** Size of the table: a head word, which numbers the announcements, and the slots. */
export const HELD_FILES_BYTES = (1 + SLOTS * SLOT_WORDS) * 4

/** A segment that is open in some thread of this process. */
export interface HeldFile {
  /** How many lanes were lost when it was begun. */
  readonly lane: number
  readonly thread: number
  readonly number: number
  readonly fd: number
}

export interface HeldFiles {
  /** Tells the shipper of an open segment. Returns the number of the announcement, or 0 when there is no room for it. */
  announce(file: HeldFile): number
  /** True when the shipper has it, or will not have it. */
  isTaken(ticket: number): boolean
  /** Number of the newest announcement. */
  newest(): number
  /** The shipper: takes what was announced, in the order it was written in. `isStill`: a descriptor is still that file's. */
  takeAll(take: (file: HeldFile, isStill: (fd: number) => boolean) => void): void
}

/** Opens the table on its part of the shared memory; on memory of its own where another version of this package has made that, and it has none. */
export function openHeldFiles(shared: SharedArrayBuffer, offset: number): HeldFiles {
  const hasRoom = shared.byteLength >= offset + HELD_FILES_BYTES
  const words = hasRoom ? new Int32Array(shared, offset, HELD_FILES_BYTES / 4) : new Int32Array(HELD_FILES_BYTES / 4)
  const at = (slot: number, field: keyof typeof FIELD): number => 1 + slot * SLOT_WORDS + FIELD[field]
  const slots = Array.from({ length: SLOTS }, (_, slot) => slot)
  const isAnnounced = (slot: number): boolean => Atomics.load(words, at(slot, 'state')) === ANNOUNCED
  const read = (slot: number, field: keyof typeof FIELD): number => words[at(slot, field)] as number

  return {
    announce(file) {
      const slot = slots.find((one) => Atomics.compareExchange(words, at(one, 'state'), FREE, BEING_WRITTEN) === FREE)
      if (slot === undefined) return 0
      const ticket = Atomics.add(words, 0, 1) + 1
      for (const [field, value] of Object.entries({ ...file, ...identityOf(file.fd), ticket })) {
        words[at(slot, field as keyof typeof FIELD)] = value
      }
      Atomics.store(words, at(slot, 'state'), ANNOUNCED)
      return ticket
    },
    isTaken: (ticket) => !slots.some((slot) => isAnnounced(slot) && read(slot, 'ticket') === ticket),
    newest: () => Atomics.load(words, 0),
    takeAll(take) {
      const found = slots.filter(isAnnounced).map((slot) => ({
        slot,
        lane: read(slot, 'lane'),
        thread: read(slot, 'thread'),
        number: read(slot, 'number'),
        fd: read(slot, 'fd'),
      }))
      found.sort((a, b) => a.lane - b.lane || a.thread - b.thread || a.number - b.number)
      for (const { slot, ...file } of found) {
        take(file, (fd) =>
          Object.entries(identityOf(fd)).every(([field, value]) => read(slot, field as keyof typeof FIELD) === value),
        )
        Atomics.store(words, at(slot, 'state'), FREE)
      }
    },
  }
}

/** A thread that was ended has closed its files, and their numbers may be other files' by now. */
function identityOf(fd: number): { readonly device: number; readonly inodeLow: number; readonly inodeHigh: number } {
  const { dev, ino } = fstatSync(fd)
  return { device: dev | 0, inodeLow: ino | 0, inodeHigh: Math.floor(ino / WORD) | 0 }
}
