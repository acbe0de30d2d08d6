// Full-text search through the record files, newest first, a few hundred records between two turns of the event loop.
// In: a query and the filtered rows. Out: the rows that match so far. Keeps one verdict byte a row, never the texts.

import { matchesLine, matchesValues, parseWords, type Words } from '../filter/words.ts'
import type { SearchState } from './api.ts'
import { type Files, withFile } from './files.ts'
import { readRange } from './lines.ts'
import { NO_FILE, type Table } from './table.ts'

const BATCH_ROWS = 256
/** Reads next to each other become one. */
const MAX_GAP_BYTES = 64 * 1024
const MAX_READ_BYTES = 4 * 1024 * 1024
/** Enough to look at; the filter narrows the rest. */
export const MAX_MATCHES = 5000
const KEPT_SEARCHES = 3

const NO = 1
const YES = 2

interface Search {
  readonly words: Words
  /** Per row: 0 not looked at, 1 no, 2 yes. Calls without record are not noted: they change. */
  verdicts: Uint8Array
  isRunning: boolean
}

export interface Searches {
  readonly table: Table
  readonly files: Files
  readonly byQuery: Map<string, Search>
  /** Called when there is more to show. */
  readonly onProgress: () => void
  isClosed: boolean
}

export interface Found {
  readonly rows: Uint32Array
  readonly state: SearchState
}

export function makeSearches(table: Table, files: Files, onProgress: () => void): Searches {
  return { table, files, byQuery: new Map(), onProgress, isClosed: false }
}

/** Gives what is found so far among these rows, and goes on searching in the background until all were looked at. */
export function searchRows(searches: Searches, query: string, rows: Uint32Array): Found {
  const search = searchFor(searches, query)
  const found = collect(searches.table, search, rows)
  if (!found.state.done && !search.isRunning) void runSearch(searches, query, search, rows)
  return found
}

function searchFor(searches: Searches, query: string): Search {
  const known = searches.byQuery.get(query)
  const search = known ?? { words: parseWords(query), verdicts: new Uint8Array(0), isRunning: false }
  searches.byQuery.delete(query) // to the end: the least recently used goes first
  searches.byQuery.set(query, search)
  for (const oldest of searches.byQuery.keys())
    if (searches.byQuery.size > KEPT_SEARCHES) searches.byQuery.delete(oldest)
  const needed = searches.table.columns.started.length
  if (search.verdicts.length < needed) {
    const larger = new Uint8Array(needed)
    larger.set(search.verdicts)
    search.verdicts = larger
  }
  return search
}

function collect(table: Table, search: Search, rows: Uint32Array): Found {
  const matching = new Uint32Array(Math.min(rows.length, MAX_MATCHES))
  let count = 0
  let searched = 0
  for (const row of rows) {
    const isPending = table.columns.file[row] === NO_FILE
    if (isPending || search.verdicts[row] !== 0) searched++
    const matches = isPending ? matchesPreview(table, row, search.words) : search.verdicts[row] === YES
    if (matches) matching[count++] = row
    if (count >= MAX_MATCHES) break
  }
  const capped = count >= MAX_MATCHES
  const state = { searched, of: rows.length, done: capped || searched === rows.length, capped }
  return { rows: matching.subarray(0, count), state }
}

function matchesPreview(table: Table, row: number, words: Words): boolean {
  return matchesValues([table.prompts[row], table.answers[row], table.ids[row]], words)
}

async function runSearch(searches: Searches, query: string, search: Search, rows: Uint32Array): Promise<void> {
  search.isRunning = true
  let matches = 0
  for (let begin = 0; begin < rows.length && matches < MAX_MATCHES; begin += BATCH_ROWS) {
    if (searches.isClosed || searches.byQuery.get(query) !== search) break
    const batch = rows.subarray(begin, begin + BATCH_ROWS)
    const open = [...batch].filter((row) => search.verdicts[row] === 0 && searches.table.columns.file[row] !== NO_FILE)
    if (open.length > 0) {
      await searchBatch(searches, search, open)
      searches.onProgress()
    }
    for (const row of batch) if (search.verdicts[row] === YES) matches++
  }
  search.isRunning = false
  searches.onProgress()
}

/** Looks at some rows, in the order of their files, and notes the verdicts. */
async function searchBatch(searches: Searches, search: Search, rows: readonly number[]): Promise<void> {
  const { file, offset, bytes } = searches.table.columns
  const places = rows.map((row) => ({
    row,
    file: file[row] as number,
    begin: offset[row] as number,
    end: (offset[row] as number) + (bytes[row] as number),
  }))
  places.sort((a, b) => a.file - b.file || a.begin - b.begin)
  for (const run of runsOf(places)) {
    const [first] = run
    const path = searches.files.paths[first?.file ?? -1]
    const begin = first?.begin ?? 0
    if (path !== undefined)
      await withFile(path, async (handle) => {
        const block = await readRange(handle, begin, run.at(-1)?.end ?? begin)
        for (const place of run) {
          const isMatch = matchesLine(block.subarray(place.begin - begin, place.end - begin), search.words)
          search.verdicts[place.row] = isMatch ? YES : NO
        }
      })
    for (const place of run) search.verdicts[place.row] ||= NO // its file is gone: the next poll removes the row
  }
}

interface PlaceOfRow {
  readonly row: number
  readonly file: number
  readonly begin: number
  readonly end: number
}

/** Groups places that are worth reading at once. */
function runsOf(places: readonly PlaceOfRow[]): PlaceOfRow[][] {
  const runs: PlaceOfRow[][] = []
  for (const place of places) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    const first = run?.[0]
    const isNear = last && first && last.file === place.file && place.begin - last.end <= MAX_GAP_BYTES
    if (isNear && place.end - first.begin <= MAX_READ_BYTES) run.push(place)
    else runs.push([place])
  }
  return runs
}
