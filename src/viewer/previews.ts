// First words of calls, for the lines of the list that somebody looks at. In: rows. Out: texts, out of memory or out of the record once
// more. A million calls' first words would be 300 MB: the newest are kept, others come from their record, and the index on disk has none.
import { entryOf } from './entry.ts'
import type { Files } from './files.ts'
import { parseLine } from './lines.ts'
import { readPlaces } from './places.ts'
import { findRow, isPending, MAX_PREVIEWS, type Table } from './table.ts'

/** Reads the first words of these rows from their records, where they are not in memory. */
export async function loadPreviews(table: Table, files: Files, rows: readonly number[]): Promise<void> {
  const missing = rows.filter((row) => !table.previews.has(row) && !isPending(table, row))
  await readPlaces(table, files, missing, (row, bytes) => {
    const entry = entryOf(parseLine(bytes))
    // The file may have been replaced since the row was made.
    if (entry !== null && findRow(table, entry.id) === row)
      keepPreview(table, row, { prompt: entry.prompt, answer: entry.answer })
  })
}

/** Keeps them; those asked for or made longest ago go, but for calls without record, which have no other place. */
function keepPreview(table: Table, row: number, preview: { readonly prompt: string; readonly answer: string }): void {
  table.previews.set(row, preview)
  for (const oldest of table.previews.keys()) {
    if (table.previews.size <= MAX_PREVIEWS) return
    const kept = table.previews.get(oldest)
    table.previews.delete(oldest)
    if (kept !== undefined && isPending(table, oldest)) table.previews.set(oldest, kept)
  }
}
