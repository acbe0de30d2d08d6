// Records → lines of a format, one at a time and without keeping any. In: records of any shape. Out: a line, or why the call is left out. Knows
// no files: the command writes what it gives, and so does the page.
import { type Bag, bag } from '../narrow.ts'
import { batchFile, batchRequest } from './batch.ts'
import { CSV_HEAD, csvCall } from './csv.ts'
import { evalsItem } from './evals.ts'
import { fineTuningExample } from './fine-tuning.ts'
import { NoForm } from './no-form.ts'
import { answeredText } from './said.ts'
import { makeSeen } from './seen.ts'
import { lackOf, MEDIA, NO_RESPONSE, type Part } from './whole.ts'

export const FORMAT_NAMES = ['jsonl', 'csv', 'fine-tuning', 'batch', 'evals'] as const
export type FormatName = (typeof FORMAT_NAMES)[number]

export interface ExportOptions {
  /** Also what is not whole: redacted, cut, not captured, incomplete. Default false: such calls are left out. */
  readonly includePartial?: boolean
  /** Only the first of calls that give the same. Default false. */
  readonly dedupe?: boolean
}

/** `line` ends with its line end; `left` says why the call has none. */
export type Taken = { readonly line: string } | { readonly left: string }

export interface Exporter {
  /** Stands before the first line; mostly ''. */
  readonly head: string
  /** `text`: the record's own line, if it is at hand. */
  take(record: unknown, text?: string): Taken
}

interface Form {
  readonly line: string
  /** What makes two calls the same. */
  readonly key: string
  readonly value?: Bag
}

interface Format {
  readonly extension: string
  readonly mediaType: string
  readonly head: string
  /** What of the record must be whole. */
  readonly needs: readonly Part[]
  readonly form: (record: unknown, text: string | undefined) => Form | NoForm
  /** Makes the test of one file: whether this still goes into it. */
  readonly file?: () => (form: Form) => NoForm | null
}

const JSONL = { extension: 'jsonl', mediaType: 'application/jsonl', head: '' } as const

/** Name of the file and media type of each format are for downloads. */
export const FORMATS: { readonly [Name in FormatName]: Format } = {
  jsonl: {
    ...JSONL,
    needs: ['record'],
    form: (record, text) => ({ line: text ?? toLine(record), key: keyOf(record) }),
  },
  csv: {
    extension: 'csv',
    mediaType: 'text/csv; charset=utf-8',
    head: `${CSV_HEAD}\r\n`,
    needs: ['record'],
    form: (record) => ({ line: `${csvCall(record)}\r`, key: keyOf(record) }),
  },
  'fine-tuning': {
    ...JSONL,
    needs: ['request', 'response'],
    form: (record) => formOf(fineTuningExample(record), JSON.stringify),
  },
  batch: { ...JSONL, needs: ['request'], form: batchForm, file: batchFile },
  evals: {
    ...JSONL,
    needs: ['request', 'response'],
    form: (record) =>
      formOf(evalsItem(record), ({ item }) => toLine({ ...bag(item), id: null, tags: null, metadata: null })),
  },
}

/** Beside these the format itself often has a better reason: why there is no answer, or no form for such a call. */
const WEAK: ReadonlySet<string> = new Set([MEDIA, NO_RESPONSE])

/** Opens one file of a format. */
export function openExporter(
  name: FormatName,
  { includePartial = false, dedupe = false }: ExportOptions = {},
): Exporter {
  const { head, needs, form, file } = FORMATS[name]
  const fits = file?.()
  const seen = dedupe ? makeSeen() : null
  return {
    head,
    take(record, text) {
      const lack = includePartial
        ? null
        : (needs.map((part) => lackOf(record, part)).find((one) => one !== null) ?? null)
      if (lack !== null && !WEAK.has(lack)) return { left: lack }
      const formed = form(record, text)
      if (formed instanceof NoForm) return { left: formed.reason }
      if (lack !== null) return { left: lack }
      if (seen !== null && !seen.add(formed.key)) return { left: 'the same as one before' }
      const full = fits?.(formed) ?? null
      return full === null ? { line: `${formed.line}\n` } : { left: full.reason }
    },
  }
}

function batchForm(record: unknown): Form | NoForm {
  return formOf(batchRequest(record), ({ url, body }) => toLine([url, body]))
}

function formOf(value: Bag | NoForm, keyFrom: (value: Bag) => string): Form | NoForm {
  return value instanceof NoForm ? value : { value, line: toLine(value), key: keyFrom(value) }
}

function keyOf(record: unknown): string {
  const { method, request, response } = bag(record)
  return toLine([method, bag(request).body, answeredText(bag(response).body)])
}

function toLine(value: unknown): string {
  return JSON.stringify(value)
}
