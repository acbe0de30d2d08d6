// What a call cost, in US dollars: by the word of its server, else by a price list. A stated price always wins over a computed one: only the
// server knows its tiers, discounts, fees and searches. In: a record with its bodies. Out: the record with cost and source. Worker.
import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { CallRecord, Json } from '../record.ts'
import { hasUsage } from './own-usage.ts'
import { RowsByNames } from './rows-by-names.ts'
import { usageObjects } from './usage.ts'

/** Where a price stands in `usage`, first found wins; `unit`: what one dollar is there. */
const PLACES = new RowsByNames([
  { path: ['cost', 'total_cost'], unit: 1 }, // Perplexity: https://docs.perplexity.ai/api-reference/chat-completions-post
  { path: ['cost'], unit: 1 }, // OpenRouter and Requesty: https://openrouter.ai/docs/use-cases/usage-accounting
  { path: ['cost_in_usd_ticks'], unit: 1e10 }, // xAI: https://docs.x.ai/docs/api-reference
  { path: ['estimated_cost'], unit: 1 }, // DeepInfra: https://deepinfra.com/docs/openai_api
  { path: ['total_cost'], unit: 1 }, // gateways
  { path: ['cost_usd'], unit: 1 },
])
/** LiteLLM's proxy: https://docs.litellm.ai/docs/proxy/cost_tracking. `src/openai/response.ts` keeps it. */
const COST_HEADER = 'x-litellm-response-cost'

/** Price of a record in US dollars by a list; null when the list does not know. Never throws. */
export type PriceOf = (record: CallRecord) => number | null

/** Fills in cost and source. Before content goes: the bodies hold the price, or the tier that decides it. */
export function withCost(record: CallRecord, priceOf?: PriceOf): CallRecord {
  if (!hasUsage(record.usage) && !isPaid(record)) return record
  const stated = statedCost(record.response.body, record.response.headers)
  if (stated !== null) return { ...record, cost_usd: stated, cost_source: 'server' }
  const listed = priceOf?.(record) ?? null
  return listed === null ? record : { ...record, cost_usd: listed, cost_source: 'list' }
}

/** A read repeats the usage and price of the call that made the answer; lists and files cost nothing here. */
function isPaid({ operation, method }: CallRecord): boolean {
  return operation !== 'other' && (operation !== 'responses' || method === 'responses.create')
}

/** Reads the price that a server states. */
export function statedCost(body: Json, headers: { readonly [name: string]: string }): number | null {
  return firstCost(usageObjects(body)) ?? firstCost(gatewayNotes(body)) ?? amount(headers[COST_HEADER])
}

function firstCost(usages: readonly JsonObject[]): number | null {
  for (const usage of usages) {
    const stated = costInUsage(usage)
    if (stated !== null) return stated
  }
  return null
}

/** Vercel's AI Gateway: `provider_metadata: {gateway: {cost: '0.0045'}}` of a message. https://vercel.com/docs/ai-gateway/openai-compat */
function gatewayNotes(body: Json): JsonObject[] {
  const found: JsonObject[] = []
  if (!isObject(body) || !isArray(body.choices)) return found
  for (const choice of body.choices) {
    const notes = isObject(choice) && isObject(choice.message) ? choice.message.provider_metadata : undefined
    if (isObject(notes) && isObject(notes.gateway)) found.push(notes.gateway)
  }
  return found
}

function costInUsage(usage: JsonObject): number | null {
  for (const { path, unit } of PLACES.of(usage)) {
    let value: Json | undefined = usage
    for (const key of path) value = isObject(value) ? value[key] : undefined
    const stated = amount(value)
    if (stated !== null) return stated / unit + ownKeyCost(usage)
  }
  return null
}

/** OpenRouter with a key of one's own: `cost` is its fee, and the provider charges this beside it. */
function ownKeyCost({ is_byok: isOwnKey, cost_details: details }: JsonObject): number {
  return (isOwnKey === true && isObject(details) ? amount(details.upstream_inference_cost) : null) ?? 0
}

/** A number of at least 0, also as text. */
function amount(value: Json | undefined): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null
}
