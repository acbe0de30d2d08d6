// Ids of a million calls in 24 bytes each: UUIDs as four numbers in a typed array, found through an open hash table. In: ids as text.
// Out: rows. Ids of another form (foreign files) are kept as text. Memory, not speed, is why these are no strings in a Map: 200 bytes each.

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/
/** Stands for "no UUID" among the numbers. */
const ZERO = '00000000-0000-0000-0000-000000000000'
const EMPTY = -1
const GONE = -2
const WORDS = 4

export interface Ids {
  /** Four numbers a row; all 0: not a UUID. */
  words: Uint32Array
  /** Rows by hash; at most half full. */
  slots: Int32Array
  used: number
  readonly odd: Map<string, number>
  readonly oddOfRow: Map<number, string>
  /** Rows ever given, and ids that are there now. */
  rows: number
  size: number
}

export function makeIds(capacity = 4096): Ids {
  return {
    words: new Uint32Array(capacity * WORDS),
    slots: new Int32Array(capacity * 2).fill(EMPTY),
    used: 0,
    odd: new Map(),
    oddOfRow: new Map(),
    rows: 0,
    size: 0,
  }
}

/** The row of an id; undefined when it is not known. */
export function findId(ids: Ids, id: string): number | undefined {
  if (!isUuid(id)) return ids.odd.get(id)
  const [a, b, c, d] = parts(id)
  const row = ids.slots[slotOf(ids, a, b, c, d)] as number
  return row < 0 ? undefined : row
}

/** Gives a new id the next row. It must not be known. */
export function addId(ids: Ids, id: string): number {
  const row = ids.rows++
  ids.size++
  if (!isUuid(id)) {
    ids.odd.set(id, row)
    ids.oddOfRow.set(row, id)
  } else addWords(ids, row, parts(id))
  return row
}

/** Takes the numbers of rows that were kept on disk; rows of other ids follow by `addOdd`. */
export function takeWords(ids: Ids, words: Uint32Array, rows: number): void {
  ids.words = words
  ids.rows = rows
  ids.slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(4096, rows * 2)))).fill(EMPTY)
  for (let row = 0; row < rows; row++) {
    if (isOdd(ids, row)) continue
    const slot = slotOfRow(ids, row)
    if ((ids.slots[slot] as number) >= 0) continue
    ids.slots[slot] = row
    ids.used++
    ids.size++
  }
}

/** Gives a row that was kept on disk its id of another form. */
export function addOdd(ids: Ids, row: number, id: string): void {
  ids.odd.set(id, row)
  ids.oddOfRow.set(row, id)
  ids.size++
}

/** The id of a row; '' for a row that never was. */
export function idOf(ids: Ids, row: number): string {
  const odd = ids.oddOfRow.get(row)
  if (odd !== undefined || row < 0 || row >= ids.rows) return odd ?? ''
  const hex = [...ids.words.subarray(row * WORDS, row * WORDS + WORDS)]
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Forgets the id of a row. */
export function removeId(ids: Ids, row: number): void {
  const odd = ids.oddOfRow.get(row)
  if (odd !== undefined) {
    if (ids.odd.get(odd) !== row) return
    ids.odd.delete(odd)
  } else {
    const slot = slotOfRow(ids, row)
    if (ids.slots[slot] !== row) return
    ids.slots[slot] = GONE
  }
  ids.size--
}

function isUuid(id: string): boolean {
  return UUID.test(id) && id !== ZERO
}

function isOdd({ words }: Ids, row: number): boolean {
  const at = row * WORDS
  return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0
}

function parts(id: string): [number, number, number, number] {
  const hex = id.replaceAll('-', '')
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 8), 16)
  return [part(0), part(8), part(16), part(24)]
}

function addWords(ids: Ids, row: number, words: readonly number[]): void {
  if ((row + 1) * WORDS > ids.words.length) {
    const larger = new Uint32Array(Math.max(ids.words.length * 2, (row + 1) * WORDS))
    larger.set(ids.words)
    ids.words = larger
  }
  ids.words.set(words, row * WORDS)
  if ((ids.used + 1) * 2 > ids.slots.length) growSlots(ids)
  ids.slots[slotOfRow(ids, row)] = row
  ids.used++
}

function growSlots(ids: Ids): void {
  const rows = ids.slots.filter((row) => row >= 0)
  ids.slots = new Int32Array(ids.slots.length * 2).fill(EMPTY)
  for (const row of rows) ids.slots[slotOfRow(ids, row)] = row
  ids.used = rows.length
}

function slotOfRow(ids: Ids, row: number): number {
  const { words } = ids
  const at = row * WORDS
  return slotOf(ids, words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0)
}

/** The slot of these numbers, or the empty one where they belong. Places of ids that went are passed over, and counted as used. */
function slotOf({ slots, words }: Ids, a: number, b: number, c: number, d: number): number {
  const mask = slots.length - 1
  // A UUIDv7 begins with its time: the random end spreads better.
  let slot = (Math.imul(d, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b) ^ b) & mask
  for (let row = slots[slot] as number; row !== EMPTY; row = slots[slot] as number) {
    const at = row * WORDS
    const isSame = row >= 0 && words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d
    if (isSame) return slot
    slot = (slot + 1) & mask
  }
  return slot
}
