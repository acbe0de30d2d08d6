// What `neatlogs export` would give for the filter of the page, as a download: records in the order of time, one after the other, none of
// them kept. In: the query. Out: the file, and afterwards how many lines it has and what was left out, and why.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type Exporter, FORMAT_NAMES, FORMATS, type FormatName, openExporter, type Taken } from '../export/exporter.ts'
import { addReason, byCount } from '../export/reasons.ts'
import { compileFilter } from '../filter/filter.ts'
import type { Sources } from './answers.ts'
import type { DownloadAnswer } from './api.ts'
import { filterRows, parseFilter, type ViewFilter } from './filter.ts'
import { parseLine } from './lines.ts'
import { readPlaces } from './places.ts'
import { isPending } from './table.ts'

/** Rows read at once: a MB or so. */
const BATCH_ROWS = 256
const MAX_REPORTS = 20

/** The outcome of the latest downloads, by their number. */
export type Downloads = Map<string, DownloadAnswer>

/** `GET /api/export?as=csv&dedupe=1&partial=1&token=<ticket>&…filter`: sends the file. */
export async function sendDownload(
  sources: Sources,
  downloads: Downloads,
  params: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const format = FORMAT_NAMES.find((name) => name === params.get('as')) ?? 'jsonl'
  const { mediaType, extension } = FORMATS[format]
  const day = new Date().toISOString().slice(0, 10)
  response.writeHead(200, {
    'content-type': mediaType,
    'content-disposition': `attachment; filename="neatlogs-${format}-${day}.${extension}"`,
    'cache-control': 'no-store',
  })
  const report = reportOf(downloads, params.get('token') ?? '')
  await writeAll(sources, format, params, response, report)
  downloads.set(params.get('token') ?? '', { ...report, done: true, left: sorted(report.left) })
  response.end()
}

interface Report {
  lines: number
  readonly left: Map<string, number>
}

function reportOf(downloads: Downloads, name: string): Report {
  downloads.set(name, { done: false, lines: 0, left: [] })
  for (const oldest of downloads.keys()) if (downloads.size > MAX_REPORTS) downloads.delete(oldest)
  return { lines: 0, left: new Map() }
}

function sorted(left: ReadonlyMap<string, number>): DownloadAnswer['left'] {
  return byCount(left).map(([reason, count]) => ({ reason, count }))
}

async function writeAll(
  sources: Sources,
  format: FormatName,
  params: URLSearchParams,
  response: ServerResponse,
  report: Report,
): Promise<void> {
  const exporter = openExporter(format, { dedupe: params.has('dedupe'), includePartial: params.has('partial') })
  response.write(exporter.head)
  const filter = parseFilter(params, Date.now())
  const take = takingOf(exporter, filter.wanted)
  const rows = filterRows(sources.table, filter).filter((row) => !isPending(sources.table, row))
  rows.reverse() // oldest first, as they were made
  for (let begin = 0; begin < rows.length && !response.destroyed; begin += BATCH_ROWS) {
    const batch = rows.subarray(begin, begin + BATCH_ROWS)
    const texts = new Map<number, string>()
    await readPlaces(sources.table, sources.files, [...batch], (row, bytes) => texts.set(row, bytes.toString()))
    let chunk = ''
    for (const row of batch) chunk += lineOf(take(texts.get(row)), report)
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
}

type Take = (text: string | undefined) => Taken | null

/** Null: the record does not hold what is wanted. */
function takingOf(exporter: Exporter, wanted: ViewFilter['wanted']): Take {
  const passes = wanted === null ? () => true : compileFilter(wanted)
  return (text) => {
    const record = text === undefined ? null : parseLine(text)
    if (record === null) return { left: 'its record is gone' } // or its file was replaced since it was indexed
    return passes(record) ? exporter.take(record, text) : null
  }
}

function lineOf(taken: Taken | null, report: Report): string {
  if (taken === null) return ''
  if ('left' in taken) {
    addReason(report.left, taken.left)
    return ''
  }
  report.lines++
  return taken.line
}
