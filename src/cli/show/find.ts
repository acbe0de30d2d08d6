// Which records are meant. In: an id or its beginning, `last`, or a trace id; a filter. Out: records, oldest first. Reads as little as it can: the
// last one is looked for from the ends of the files, others are parsed only where their line holds the word.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { NeatlogsError } from '../../errors.ts'
import { compileFilter, type Filter } from '../../filter/filter.ts'
import { type Bag, bag, finite } from '../../narrow.ts'
import { RECORDS } from '../../spool/root.ts'
import { withFile } from '../../viewer/files.ts'
import { endOfLines, readBackward } from '../../viewer/lines.ts'
import { type KnownFile, listFiles, parseLine, scanFile } from '../scan.ts'

const BLOCK_BYTES = 512 * 1024
/** A shorter beginning of an id would only say when it was. */
const MIN_PREFIX_CHARS = 4
/** Of a longer trace the newest are kept. */
export const MAX_CALLS = 500
const SHOWN_IDS = 5

/** A record, and its line as it stands in the file. */
export interface Found {
  readonly record: Bag
  readonly line: string
}

export interface Meant {
  readonly calls: readonly Found[]
  readonly isTrace: boolean
  /** Older calls of the trace that were left out. */
  readonly leftOut: number
}

/** Finds what is meant; nothing is an empty list. Throws `ERR_NEATLOGS_ARGUMENT` for the beginning of several ids. */
export async function findMeant(root: string, word: string, filter: Filter): Promise<Meant> {
  const passes = compileFilter(filter)
  if (word === 'last') {
    const last = await findLast(root, passes)
    return { calls: last === null ? [] : [last], isTrace: false, leftOut: 0 }
  }
  const matches = await findWord(root, word, passes)
  const exact = matches.byId.get(word)
  if (exact !== undefined) return { calls: [exact], isTrace: false, leftOut: 0 }
  if (matches.trace.size > 0) {
    const calls = [...matches.trace.values()].sort((a, b) => startOf(a) - startOf(b))
    return {
      calls: calls.slice(-MAX_CALLS),
      isTrace: true,
      leftOut: matches.traceCount - Math.min(calls.length, MAX_CALLS),
    }
  }
  if (matches.byId.size > 1) throw ambiguous(word, [...matches.byId.keys()])
  return { calls: [...matches.byId.values()], isTrace: false, leftOut: 0 }
}

interface Matches {
  readonly byId: Map<string, Found>
  readonly trace: Map<string, Found>
  traceCount: number
}

async function findWord(root: string, word: string, passes: (record: unknown) => boolean): Promise<Matches> {
  const matches: Matches = { byId: new Map(), trace: new Map(), traceCount: 0 }
  const lower = word.toLowerCase()
  const needles = [...new Set([word, lower])].map((one) => JSON.stringify(one).slice(0, -1))
  for (const path of await listFiles(join(root, RECORDS)))
    await scanFile(path, new Map<string, KnownFile>(), ({ bytes }) => {
      if (!needles.some((needle) => bytes.includes(needle))) return
      const record = bag(parseLine(bytes))
      const { id, trace_id } = record
      if (typeof id !== 'string' || !passes(record)) return
      const found = { record, line: bytes.toString() }
      if (id === word || (word.length >= MIN_PREFIX_CHARS && id.startsWith(lower))) matches.byId.set(id, found)
      if (trace_id === word) addToTrace(matches, id, found)
    })
  return matches
}

/** Memory is bounded: what came first goes first. */
function addToTrace(matches: Matches, id: string, found: Found): void {
  if (!matches.trace.has(id)) matches.traceCount++
  matches.trace.set(id, found)
  for (const oldest of matches.trace.keys()) {
    if (matches.trace.size <= MAX_CALLS) break
    matches.trace.delete(oldest)
  }
}

async function findLast(root: string, passes: (record: unknown) => boolean): Promise<Found | null> {
  let last: Found | null = null
  for (const path of await listFiles(join(root, RECORDS))) {
    const size = (await stat(path).catch(() => null))?.size ?? 0
    await withFile(path, async (file) => {
      for (let end = await endOfLines(file, size, BLOCK_BYTES); end > 0; ) {
        const { lines, next } = await readBackward(file, end, BLOCK_BYTES)
        const before = last
        for (const { bytes } of lines) {
          const record = bag(parseLine(bytes))
          if (typeof record.id !== 'string' || !passes(record)) continue
          if (last === null || timeOf(record) >= timeOf(last.record)) last = { record, line: bytes.toString() }
        }
        // A file is appended to: what lies before is older.
        const isOlder = lines.some(({ bytes }) => last !== null && timeOf(bag(parseLine(bytes))) < timeOf(last.record))
        if (last !== before || isOlder) return
        end = next
      }
    })
  }
  return last
}

function timeOf(record: Bag): number {
  return finite(record.time) ?? 0
}

/** Epoch nanoseconds are of one length for centuries; a number is exact enough to sort by. */
function startOf({ record }: Found): number {
  return Number(record.started_at) || 0
}

function ambiguous(word: string, ids: readonly string[]): NeatlogsError {
  const shown = ids.slice(0, SHOWN_IDS).join(', ')
  const more = ids.length > SHOWN_IDS ? ` and ${ids.length - SHOWN_IDS} more` : ''
  return new NeatlogsError(
    'ERR_NEATLOGS_ARGUMENT',
    `argument 'call': ${JSON.stringify(word)} is the beginning of ${ids.length} ids (${shown}${more}); give more of it`,
  )
}
