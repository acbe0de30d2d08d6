// Full-text search through the record files, newest first, a few hundred records between two turns of the event loop.
// In: a query and the filtered rows. Out: the rows that match so far. Keeps one verdict byte a row, never the texts.

import { compileFilter, type Filter } from '../filter/filter.ts'
import { matchesLine, matchesValues, parseWords } from '../filter/words.ts'
import type { SearchState } from './api.ts'
import type { Files } from './files.ts'
import { parseLine } from './lines.ts'
import { readPlaces } from './places.ts'
import { idOfRow, NO_FILE, type Table } from './table.ts'

const BATCH_ROWS = 256
/** Enough to look at; the filter narrows the rest. */
export const MAX_MATCHES = 5000
const KEPT_SEARCHES = 3

const NO = 1
const YES = 2

/** What is looked for: words, fields of metadata. */
export type Wanted = Pick<Filter, 'text' | 'metadata'>

interface Search {
  readonly wanted: Wanted
  readonly matches: (line: Buffer) => boolean
  /** Per row: 0 not looked at, 1 no, 2 yes. Calls without record are not noted: they change. */
  verdicts: Uint8Array
  isRunning: boolean
}

export interface Searches {
  readonly table: Table
  readonly files: Files
  /** By what is looked for, as JSON. */
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
export function searchRows(searches: Searches, wanted: Wanted, rows: Uint32Array): Found {
  const query = JSON.stringify(wanted)
  const search = searchFor(searches, query, wanted)
  const found = collect(searches.table, search, rows)
  if (!found.state.done && !search.isRunning) void runSearch(searches, query, search, rows)
  return found
}

function searchFor(searches: Searches, query: string, wanted: Wanted): Search {
  const known = searches.byQuery.get(query)
  const search = known ?? { wanted, matches: compileLine(wanted), verdicts: new Uint8Array(0), isRunning: false }
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
    const matches = isPending ? matchesPreview(table, row, search.wanted) : search.verdicts[row] === YES
    if (matches) matching[count++] = row
    if (count >= MAX_MATCHES) break
  }
  const capped = count >= MAX_MATCHES
  const state = { searched, of: rows.length, done: capped || searched === rows.length, capped }
  return { rows: matching.subarray(0, count), state }
}

/** Of a call without record only the first words are at hand. */
function matchesPreview(table: Table, row: number, { text, metadata }: Wanted): boolean {
  if (text === undefined || metadata !== undefined) return false
  const { prompt, answer } = table.previews.get(row) ?? {}
  return matchesValues([prompt, answer, idOfRow(table, row)], parseWords(text))
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

/** Looks at some rows and notes the verdicts. */
async function searchBatch(searches: Searches, search: Search, rows: readonly number[]): Promise<void> {
  await readPlaces(searches.table, searches.files, rows, (row, bytes) => {
    search.verdicts[row] = search.matches(bytes) ? YES : NO
  })
  for (const row of rows) search.verdicts[row] ||= NO // its file is gone: the next poll removes the row
}

/** The test of a line. What cannot be in it is seen without parsing it. */
function compileLine({ text, metadata }: Wanted): (line: Buffer) => boolean {
  const words = text === undefined ? null : parseWords(text)
  if (metadata === undefined) return (line) => words !== null && matchesLine(line, words)
  const passes = compileFilter({ metadata })
  const mayPass = (line: Buffer) =>
    metadata.every(([, value]) => line.includes(JSON.stringify(value).slice(1, -1)) || line.includes(value))
  return (line) => mayPass(line) && (words === null || matchesLine(line, words)) && passes(parseLine(line))
}
