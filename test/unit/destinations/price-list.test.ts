import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { loadPrices } from '../../../src/destinations/cost.ts'
import { openPriceList, type PriceList, type PriceModule } from '../../../src/destinations/price-list.ts'
import { makeRecord } from './records.ts'

interface Listed {
  readonly id: string
  readonly models: readonly { readonly id: string }[]
}

/** The package whole, with the providers that it holds. */
const whole = createRequire(import.meta.url)('@pydantic/genai-prices') as PriceModule
const at = new Date('2026-05-05T10:00:00Z')
const counts = { input_tokens: 200_000, output_tokens: 1000, cache_read_tokens: 5000 }
const list = openPriceList() as PriceList

function providers(): readonly Listed[] {
  const found = new Map<string, Listed>()
  for (const host of HOSTS) {
    const id = list.providerAt(host)
    const provider = whole.findProvider({ providerApiUrl: host }) as Listed | undefined
    expect(id, host).toBe(provider?.id)
    if (provider !== undefined) found.set(provider.id, provider)
  }
  return [...found.values()]
}

const HOSTS = [
  'https://api.openai.com/v1/chat/completions',
  'https://my.openai.azure.com/openai/deployments/gpt-4o/chat/completions',
  'https://api.groq.com/openai/v1/chat/completions',
  'https://openrouter.ai/api/v1/chat/completions',
  'https://api.mistral.ai/v1/chat/completions',
  'https://api.deepseek.com/chat/completions',
  'https://api.x.ai/v1/chat/completions',
  'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
  'https://api.anthropic.com/v1/messages',
  'https://nobody.test/v1/chat/completions',
]

function priceIn(module: PriceModule, model: string, providerId: string): unknown {
  try {
    const priced = module.calcPrice(counts, model, { providerId, timestamp: at })
    return priced && [priced.total_price, priced.model_price]
  } catch (error) {
    return String(error)
  }
}

test('a provider alone has the prices of the whole list, for each of its models', () => {
  const seen = providers()
  expect(seen.length).toBeGreaterThan(7)
  for (const { id, models } of seen) {
    const part = list.moduleFor(id)
    expect(part, `${id} was not cut out of the list`).not.toBe(whole)
    for (const model of models) {
      expect(priceIn(part, model.id, id), `${id} ${model.id}`).toEqual(priceIn(whole, model.id, id))
    }
  }
})

test('a provider without a model asks those that stand in for it', () => {
  expect(list.providerAt('https://my.openai.azure.com/openai/deployments/x')).toBe('azure')
  expect(priceIn(list.moduleFor('azure'), 'gpt-5', 'azure')).toEqual(priceIn(whole, 'gpt-5', 'azure'))
})

test('a name that is no id of a provider is asked of the whole list', () => {
  expect(list.moduleFor('x-ai-of-somebody')).toBe(whole)
})

test('the second price of a model is the list’s own, to the last digit', async () => {
  const priceOf = await loadPrices()
  for (const model of ['gpt-4o-mini', 'gpt-4.1', 'o3', 'gpt-4', 'text-embedding-3-small']) {
    for (const [input, cached, output] of [
      [1234, 0, 567],
      [987_654, 1000, 3],
      [33, 33, 0],
      [7, 1, 91_111],
    ] as const) {
      const usage = {
        ...makeRecord().usage,
        input_tokens: input,
        output_tokens: output,
        cache_read_input_tokens: cached,
        total_tokens: input + output,
      }
      const record = makeRecord({ usage, response: { ...makeRecord().response, model } })
      const asked = { input_tokens: input, ...(output ? { output_tokens: output } : {}) }
      const priced = whole.calcPrice({ ...asked, ...(cached ? { cache_read_tokens: cached } : {}) }, model, {
        providerId: 'openai',
        timestamp: new Date(Number(record.started_at) / 1e6),
      })
      expect(priceOf?.(record), `${model} ${input} ${cached} ${output}`).toBe(priced?.total_price)
    }
  }
})
