// What a call cost in US dollars by the price list of `@pydantic/genai-prices`, when the user has installed it; decode asks when no server says.
// Worker thread or CLI; loaded with the first record. Never a guess: what the list cannot price stays null.
import type { CallRecord, Usage } from '../record.ts'
import { asArray, asObject } from './json.ts'
import { openPriceList, type Priced, type Provider } from './price-list.ts'

/** Returns the price of a record in US dollars, null when unknown. Never throws. */
export type PriceOf = (record: CallRecord) => number | null

type FindProvider = (url: string) => string | undefined
type Counts = { readonly [unit: string]: number | undefined }
type Calc = (usage: Counts, model: string, providerId: string, startedAt: string) => Priced | null

/** URLs whose provider is remembered; Azure has one for each deployment. */
const MAX_PROVIDERS = 100
const MAX_MODELS = 200
const MILLION = 1e6
/** Other endpoints are billed by the image, the minute or the character as well. */
const PRICED_BY_TOKENS = new Set(['chat', 'responses', 'fetch_response', 'text_completion', 'embeddings'])
/** Tools of the provider that are billed by the call, beside the tokens. */
const BILLED_TOOLS: ReadonlySet<unknown> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
])
/** Tiers at the list price; flex, batch and priority have prices of their own that the list does not know. */
const LIST_PRICE_TIERS = new Set(['default', 'auto'])

/** Dollars a million tokens of a model that has one price for each, whenever and however many: no list need be asked again. */
interface FlatPrice {
  readonly input: number
  readonly cached: number | null
  readonly output: number
}

/** Opens the price list: beside neatlogs, else in the working directory. Null when it is not installed. */
export async function loadPrices(): Promise<PriceOf | null> {
  const list = openPriceList()
  if (list === null) return null
  const providers = new Map<string, string | undefined>()
  // An expression for each provider is tried.
  const providerAt: FindProvider = (url) => {
    if (!providers.has(url)) {
      if (providers.size >= MAX_PROVIDERS) providers.clear()
      providers.set(url, list.providerAt(url))
    }
    return providers.get(url)
  }
  const found = new Map<string, { readonly provider: Provider; readonly flat: FlatPrice | null }>()
  /** Of a model that was found before, its provider with that model alone is asked: a third of the time. */
  const calc: Calc = (usage, model, providerId, startedAt) => {
    const key = `${providerId} ${model}`
    const known = found.get(key)
    const flat = known?.flat ? flatTotal(known.flat, usage) : null
    if (known?.flat && flat !== null) return { total_price: flat, model_price: {} }
    const timestamp = new Date(Number(startedAt) / 1e6)
    const options = known === undefined ? { providerId, timestamp } : { provider: known.provider, timestamp }
    const priced = list.moduleFor(providerId).calcPrice(usage, model, options)
    if (known === undefined && priced?.provider !== undefined && priced.model !== undefined) {
      if (found.size >= MAX_MODELS) found.clear()
      const provider = { ...priced.provider, models: [priced.model] }
      found.set(key, { provider, flat: flatPrice(priced, usage) })
    }
    return priced
  }
  return (record) => priceOf(calc, providerAt, record)
}

/** Null unless all prices hold at any time and for any amount, and make the very sum that the list has given. */
function flatPrice({ model, model_price: prices, total_price: total }: Priced, usage: Counts): FlatPrice | null {
  const { input_mtok: input, cache_read_mtok: cached = null, output_mtok: output = 0, requests_kcount: each } = prices
  if (model?.prices !== prices || each !== undefined) return null
  if (typeof input !== 'number' || typeof output !== 'number' || (cached !== null && typeof cached !== 'number'))
    return null
  const flat = { input, cached, output }
  return flatTotal(flat, usage) === total ? flat : null
}

/** What the list would say of text that is read, read from a cache, and written; null for what else there may be. */
function flatTotal({ input, cached, output }: FlatPrice, usage: Counts): number | null {
  const { input_tokens: all = 0, output_tokens: written = 0, cache_read_tokens: fromCache = 0 } = usage
  if (fromCache > all || hasOthers(usage)) return null
  const read = cached === null || fromCache === 0 ? (all * input) / MILLION : cachedTotal(input, cached, all, fromCache)
  return read + (written * output) / MILLION
}

function hasOthers(usage: Counts): boolean {
  return (
    usage.cache_write_tokens !== undefined ||
    usage.input_audio_tokens !== undefined ||
    usage.output_audio_tokens !== undefined
  )
}

function cachedTotal(input: number, cached: number, all: number, fromCache: number): number {
  return ((all - fromCache) * input) / MILLION + (fromCache * cached) / MILLION
}

function priceOf(calc: Calc, providerAt: FindProvider, record: CallRecord): number | null {
  const { usage } = record
  const model = record.response.model ?? record.request.model
  if (model === null || usage.input_tokens === null || !hasListPrice(record) || !addsUp(usage)) return null
  try {
    const found = providerAt(`https://${record.server_address}${record.url_path ?? ''}`)
    // A gateway or a proxy of one's own is in no list; what it forwards has the price of the provider that is spoken.
    const result = calc(countsOf(usage), model, found ?? record.provider, record.started_at)
    if (result === null || !hasAudioPrices(record, result.model_price)) return null
    return Number.isFinite(result.total_price) ? result.total_price : null
  } catch {
    return null // counts that contradict each other (more cached than read)
  }
}

/** False where tokens at the list price are not all that is charged, or another price holds. */
function hasListPrice(record: CallRecord): boolean {
  const body = asObject(record.response.body)
  const tier = body?.service_tier
  if (typeof tier === 'string' && !LIST_PRICE_TIERS.has(tier)) return false
  const usesBilledTool = asArray(body?.output).some((item) => BILLED_TOOLS.has(asObject(item)?.type))
  return PRICED_BY_TOKENS.has(record.operation) && !usesBilledTool
}

/** Servers that leave reasoning out of the output, or the cache out of the input, state a total that tells: such counts price too little. */
function addsUp({
  input_tokens: input,
  output_tokens: output,
  total_tokens: total,
  reasoning_output_tokens: reasoning,
}: Usage): boolean {
  if (output !== null && reasoning !== null && reasoning > output) return false
  return total === null || total === (input ?? 0) + (output ?? 0)
}

/** As the list names them; what is not there, and what is none, is left out. */
function countsOf(usage: Usage): Counts {
  const counts: { [unit: string]: number } = { input_tokens: usage.input_tokens ?? 0 }
  for (const [unit, count] of UNITS) {
    const value = usage[count]
    if (value) counts[unit] = value
  }
  return counts
}

const UNITS: readonly (readonly [unit: string, count: keyof Usage])[] = [
  ['output_tokens', 'output_tokens'],
  ['cache_read_tokens', 'cache_read_input_tokens'],
  ['cache_write_tokens', 'cache_write_input_tokens'],
  ['input_audio_tokens', 'audio_input_tokens'],
  ['output_audio_tokens', 'audio_output_tokens'],
]

/** The list charges audio as text where it knows no audio price, which is several times too little. */
function hasAudioPrices({ usage }: CallRecord, prices: { readonly [unit: string]: unknown }): boolean {
  if (usage.audio_input_tokens && prices.input_audio_mtok === undefined) return false
  return !usage.audio_output_tokens || prices.output_audio_mtok !== undefined
}
