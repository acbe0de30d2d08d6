// Which rows of a table of paths an object can have, by its names: answers of one server all have the same, and most rows are other servers'.
// In: a table, an object. Out: its rows, in their order. Pure, worker thread.
import type { JsonObject } from '../json-walk.ts'
import { areSameTexts } from '../same-texts.ts'

interface Row {
  /** From the object; the empty one is the object itself. */
  readonly path: readonly string[]
}

interface Known<AnyRow> {
  readonly names: readonly string[]
  readonly rows: readonly AnyRow[]
}

/** Servers and endpoints of one program. */
const MAX_KNOWN = 8
/** An object of a million names is not kept. */
const MAX_NAMES = 100

/** A table, and the objects it was asked for last. */
export class RowsByNames<AnyRow extends Row> {
  readonly #rows: readonly AnyRow[]
  readonly #known: Known<AnyRow>[] = []

  constructor(rows: readonly AnyRow[]) {
    this.#rows = rows
  }

  /** The rows whose path begins with one of the object's own names, or is empty. */
  of(object: JsonObject): readonly AnyRow[] {
    const names = Object.keys(object)
    for (const known of this.#known) if (areSameTexts(known.names, names)) return known.rows
    const mine = new Set(names)
    const rows = this.#rows.filter(({ path: [first] }) => first === undefined || mine.has(first))
    if (this.#known.length >= MAX_KNOWN) this.#known.length = 0
    if (names.length <= MAX_NAMES) this.#known.push({ names, rows })
    return rows
  }
}
