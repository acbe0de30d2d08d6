// Deliver: which version of the GenAI conventions the spans follow, and what the two call a call. Pure, worker thread.
// The conventions left open-telemetry/semantic-conventions after 1.41 for open-telemetry/semantic-conventions-genai, which has made no
// release yet (November 2026): its registry names itself 1.42.0-dev, and these names are those of its commit 024a4f94.
import type { OptionRow } from '../options/options.ts'
import type { CallRecord } from '../record.ts'

export type Semconv = 'latest' | '1.41'

/** What goes into `schemaUrl`. */
export const SCHEMA_URLS: { readonly [version in Semconv]: string } = {
  latest: 'https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev',
  '1.41': 'https://opentelemetry.io/schemas/1.41.0',
}

const OPT_IN_OLD = 'gen_ai/1.41'

/** The variables that choose the version, in the form of the option table. */
export const SEMCONV_TABLE: readonly OptionRow<string>[] = [
  {
    key: 'SEMCONV',
    env: 'NEATLOGS_SEMCONV',
    kind: 'choice',
    choices: ['latest', '1.41'],
    fallback: null,
    description: 'Version of the GenAI conventions that spans follow; wins. Default: the newest, `1.42.0-dev`.',
  },
  {
    key: 'STABILITY',
    env: 'OTEL_SEMCONV_STABILITY_OPT_IN',
    kind: 'list',
    fallback: null,
    description: `\`${OPT_IN_OLD}\` keeps the names of 1.41; \`gen_ai_latest_experimental\` is the default here.`,
  },
]

/** Reads the version from the values of `SEMCONV_TABLE`: ours first, then OpenTelemetry's list, where asking for the newest wins. */
export function semconvOf(values: { readonly [key: string]: unknown }): Semconv {
  if (values.SEMCONV === 'latest' || values.SEMCONV === '1.41') return values.SEMCONV
  const optIn = Array.isArray(values.STABILITY) ? values.STABILITY : []
  return optIn.includes(OPT_IN_OLD) && !optIn.includes('gen_ai_latest_experimental') ? '1.41' : 'latest'
}

const OPERATION_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    responses: 'chat',
    realtime: 'realtime_inference',
    other: 'http',
  }),
)
/** Calls that read what was made before: no inference, and no tokens of their own. */
const READS: ReadonlySet<string> = new Set(['responses.retrieve', 'chat.completions.retrieve'])
const METHOD_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'responses.cancel': 'cancel_response',
    'responses.delete': 'delete_response',
    'chat.completions.delete': 'delete_response',
  }),
)
const PROVIDER_NAMES: ReadonlyMap<string, string> = new Map(Object.entries({ azure: 'azure.ai.openai' }))

/** `gen_ai.operation.name`: the well-known values where one exists, else our own word (which the conventions allow). */
export function operationName(record: CallRecord, semconv: Semconv): string {
  if (record.method === 'vector_stores.search') return 'retrieval'
  // 1.41 knew no reads.
  const special = semconv === '1.41' ? undefined : isRead(record) ? 'fetch_response' : METHOD_NAMES.get(record.method)
  return special ?? OPERATION_NAMES.get(record.operation) ?? record.operation
}

/** Says whether the call fetched an answer that another call made. */
export function isRead(record: CallRecord): boolean {
  return READS.has(record.method)
}

/** `gen_ai.provider.name`. */
export function providerName(record: CallRecord): string {
  return PROVIDER_NAMES.get(record.provider) ?? record.provider
}

/** `chat gpt-4o-mini`, `retrieval vs_1`, `fetch_response`, or the method where the conventions have no word. */
export function spanName(record: CallRecord, semconv: Semconv): string {
  const operation = operationName(record, semconv)
  const target = operation === 'retrieval' ? vectorStoreOf(record) : record.request.model
  if (target !== null) return `${operation} ${target}`
  return operation === 'fetch_response' || operation === 'retrieval' ? operation : record.method
}

/** The vector store that a search went to, from its path. */
export function vectorStoreOf(record: CallRecord): string | null {
  return /\/vector_stores\/([^/]+)\/search/.exec(record.url_path ?? '')?.[1] ?? null
}
