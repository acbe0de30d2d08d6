// What a call cost in US dollars by the price list of `@pydantic/genai-prices`, when the user has installed it; decode asks when no server says.
// Worker thread or CLI; loaded with the first record. Never a guess: what the list cannot price stays null.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { CallRecord, Usage } from '../record.ts'
import { asArray, asObject } from './json.ts'

/** Returns the price of a record in US dollars, null when unknown. Never throws. */
export type PriceOf = (record: CallRecord) => number | null

type FindProvider = (url: string) => string | undefined
type Calc = (
  usage: { readonly [unit: string]: number | undefined },
  model: string,
  providerId: string,
  timestamp: Date,
) => Priced | null

/** URLs whose provider is remembered; Azure has one for each deployment. */
const MAX_PROVIDERS = 100
const MAX_MODELS = 200
const PACKAGE = '@pydantic/genai-prices'
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

interface Provider {
  readonly models?: readonly unknown[]
}

interface Priced {
  readonly total_price: number
  readonly model_price: { readonly [unit: string]: unknown }
  readonly provider?: Provider
  readonly model?: unknown
}

/** The part of the package that we use (0.1). */
interface PriceModule {
  calcPrice(
    usage: { readonly [unit: string]: number | undefined },
    model: string,
    options: { readonly providerId?: string; readonly provider?: Provider; readonly timestamp: Date },
  ): Priced | null
  findProvider(options: { readonly providerApiUrl: string }): { readonly id: string } | undefined
}

/** Loads the price list: beside neatlogs, else in the working directory. Null when it is not installed. */
export async function loadPrices(): Promise<PriceOf | null> {
  const prices = findModule()
  if (prices === null) return null
  const providers = new Map<string, string | undefined>()
  // The list compiles an expression for each provider at each question.
  const providerAt: FindProvider = (url) => {
    if (!providers.has(url)) {
      if (providers.size >= MAX_PROVIDERS) providers.clear()
      providers.set(url, prices.findProvider({ providerApiUrl: url })?.id)
    }
    return providers.get(url)
  }
  const found = new Map<string, Provider>()
  /** Of a model that was found before, its provider with that model alone is asked: a third of the time. */
  const calc: Calc = (usage, model, providerId, timestamp) => {
    const key = `${providerId} ${model}`
    const provider = found.get(key)
    const priced = prices.calcPrice(
      usage,
      model,
      provider === undefined ? { providerId, timestamp } : { provider, timestamp },
    )
    if (provider === undefined && priced?.provider !== undefined && priced.model !== undefined) {
      if (found.size >= MAX_MODELS) found.clear()
      found.set(key, { ...priced.provider, models: [priced.model] })
    }
    return priced
  }
  return (record) => priceOf(calc, providerAt, record)
}

/** Its CommonJS file: half as large as the other, and parsing it takes 24 MB of memory as it is. */
function findModule(): PriceModule | null {
  try {
    return createRequire(import.meta.url)(PACKAGE) as PriceModule
  } catch {
    // Not installed beside us, as when the preload lies outside of the application.
  }
  try {
    return createRequire(join(process.cwd(), 'neatlogs.js'))(PACKAGE) as PriceModule
  } catch {
    return null // not installed: an optional peer
  }
}

function priceOf(calc: Calc, providerAt: FindProvider, record: CallRecord): number | null {
  const { usage } = record
  const model = record.response.model ?? record.request.model
  if (model === null || usage.input_tokens === null || !hasListPrice(record) || !addsUp(usage)) return null
  try {
    const found = providerAt(`https://${record.server_address}${record.url_path ?? ''}`)
    const result = calc(
      {
        input_tokens: usage.input_tokens,
        ...positive('output_tokens', usage.output_tokens),
        ...positive('cache_read_tokens', usage.cache_read_input_tokens),
        ...positive('cache_write_tokens', usage.cache_write_input_tokens),
        ...positive('input_audio_tokens', usage.audio_input_tokens),
        ...positive('output_audio_tokens', usage.audio_output_tokens),
      },
      model,
      // A gateway or a proxy of one's own is in no list; what it forwards has the price of the provider that is spoken.
      found ?? record.provider,
      new Date(Number(record.started_at) / 1e6),
    )
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

function positive(key: string, value: number | null): { readonly [key: string]: number } {
  return value === null || value === 0 ? {} : { [key]: value }
}

/** The list charges audio as text where it knows no audio price, which is several times too little. */
function hasAudioPrices({ usage }: CallRecord, prices: { readonly [unit: string]: unknown }): boolean {
  if (usage.audio_input_tokens && prices.input_audio_mtok === undefined) return false
  return !usage.audio_output_tokens || prices.output_audio_mtok !== undefined
}
