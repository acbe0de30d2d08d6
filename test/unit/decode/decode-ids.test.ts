import { randomBytes } from 'node:crypto'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keepTrace } from '../../../src/content/sample.ts'
import { nanosOf, otelIds } from '../../../src/decode/decode-ids.ts'
import { deploymentOf, providerOf } from '../../../src/decode/provider-name.ts'

const ID = '0199d8a0-0000-7000-8abc-123456789abc'

describe('nanosOf', () => {
  test('exact beyond what a float of nanoseconds holds', () => {
    expect(nanosOf(1795348926382.25)).toBe('1795348926382250000')
    expect(nanosOf(1795348926382, 0.000001)).toBe('1795348926382000001')
    expect(nanosOf(0)).toBe('0')
    expect(nanosOf(Number.NaN)).toBe('0')
  })

  test('never off by more than half a nanosecond of its inputs', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000_000), fc.nat(999_999), (seconds, micros) => {
        expect(nanosOf(seconds * 1000, micros / 1000)).toBe(
          (BigInt(seconds) * 1_000_000_000n + BigInt(micros) * 1000n).toString(),
        )
      }),
    )
  })
})

test('nanosOf is the sum of two whole numbers of nanoseconds, whatever is given', () => {
  const ms = fc.oneof(
    fc.double({ min: 0, max: 2e12, noNaN: true }),
    fc.double(),
    fc.integer({ min: -3, max: 3 }),
    fc.double({ min: 0, max: 2, noNaN: true }).map((part) => 1795348926382 + part),
    fc.constantFrom(0.9999999999, 2 ** 52, 2 ** 53, -0, 1e21),
  )
  const nanos = (value: number): bigint => {
    const whole = Math.floor(value)
    return Number.isFinite(value) ? BigInt(whole) * 1_000_000n + BigInt(Math.round((value - whole) * 1e6)) : 0n
  }
  fc.assert(
    fc.property(ms, ms, (epoch, plus) => {
      expect(nanosOf(epoch, plus)).toBe((nanos(epoch) + nanos(plus)).toString())
    }),
    { numRuns: 2000 },
  )
})

describe('a parent that is not sampled', () => {
  const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: false as const }
  const root = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), startedAtMs: 0 }
  const link = { trace_id: parent.traceId, span_id: parent.spanId }

  test('is linked to from a trace of our own, and is no parent', () => {
    const own = otelIds(ID, {})
    expect(otelIds(ID, { parent })).toEqual({ ...own, link })
    expect(otelIds(ID, { parent, root })).toEqual({
      ...own,
      trace_id: root.traceId,
      parent_span_id: root.spanId,
      link,
    })
  })

  test('is followed where that was chosen: by the flag, or by the sampler', () => {
    const byParent = { isParentBased: true, ratio: 1 }
    const ids = { trace_id: parent.traceId, parent_span_id: parent.spanId }
    expect(otelIds(ID, { parent }, byParent)).toMatchObject({ ...ids, sampled: false })
    expect(otelIds(ID, { parent: { traceId: parent.traceId, spanId: parent.spanId } }, byParent)).toEqual({
      ...ids,
      span_id: otelIds(ID, {}).span_id,
    })
    expect(otelIds(ID, {}, { isParentBased: true, ratio: 0 })).toMatchObject({ sampled: false })
    expect(otelIds(ID, {}, byParent)).toEqual(otelIds(ID, {}))
    // A sampler that asks no parent sends it: then it must not be an orphan.
    expect(otelIds(ID, { parent }, { isParentBased: false, ratio: 1 })).toEqual({ ...otelIds(ID, {}), link })
  })

  test('a ratio keeps that part, the same calls each time, as the SDK for Node would', () => {
    const sampler = new TraceIdRatioBasedSampler(0.25)
    const traces = Array.from({ length: 400 }, () => randomBytes(16).toString('hex'))
    const ours = traces.map((traceId) => {
      const above = { traceId, spanId: 'b'.repeat(16) }
      return otelIds(ID, { parent: above }, { isParentBased: false, ratio: 0.25 }).sampled !== false
    })
    // 2: RECORD_AND_SAMPLED
    expect(ours).toEqual(traces.map((traceId) => sampler.shouldSample(ROOT_CONTEXT, traceId).decision === 2))
    expect(ours.filter(Boolean).length).toBeGreaterThan(50)
    expect(ours.filter(Boolean).length).toBeLessThan(150)
  })
})

describe('otelIds', () => {
  test('a call without a span above is a trace of its own, the same each time', () => {
    const one = otelIds(ID, {})
    const two = otelIds('0199d8a0-0001-7000-9000-000000000001', {})
    expect(one.trace_id).toBe(ID.replaceAll('-', ''))
    expect(two.trace_id).toBe('0199d8a0000170009000000000000001')
    expect([one.span_id, two.span_id]).toEqual(['8abc123456789abc', '9000000000000001'])
    expect(otelIds(ID, {})).toEqual(one)
  })

  test('nothing is ever all zero, and invalid spans above are not used', () => {
    const zero = '0'.repeat(32)
    const ids = otelIds('00000000-0000-0000-0000-000000000000', {
      parent: { traceId: zero, spanId: '1'.repeat(16) },
    })
    expect(ids.trace_id).not.toBe(zero)
    expect(ids.span_id).not.toBe('0'.repeat(16))
    expect(ids.parent_span_id).toBeNull()
    expect(otelIds('not a uuid', {}).span_id).toMatch(/^[0-9a-f]{16}$/)
  })
})

test.each([
  ['api.openai.com', '/v1/chat/completions', 'openai'],
  ['res.openai.azure.com', '/openai/deployments/x/chat/completions', 'azure.ai.openai'],
  ['gw.corp.test', '/openai/deployments/x/chat/completions', 'azure.ai.openai'],
  ['res.services.ai.azure.com', '/models/chat/completions', 'azure.ai.inference'],
  ['res.services.ai.azure.com', '/openai/v1/responses', 'azure.ai.openai'],
  ['api.deepseek.com', '/chat/completions', 'deepseek'],
  ['api.groq.com', '/openai/v1/chat/completions', 'groq'],
  ['api.mistral.ai', '/v1/chat/completions', 'mistral_ai'],
  ['eu.api.x.ai', '/v1', 'x_ai'],
  ['openrouter.ai', '/api/v1/chat/completions', 'openrouter'],
  ['notopenrouter.ai', '/api/v1/chat/completions', 'custom'],
  ['127.0.0.1', '/v1/chat/completions', 'custom'],
  [null, null, 'custom'],
])('%s%s is %s', (host, path, expected) => {
  expect(providerOf(host, path, 'custom')).toBe(expected)
})

test('the deployment of an Azure path', () => {
  expect(deploymentOf('/openai/deployments/my%2Dgpt/embeddings')).toBe('my-gpt')
  expect(deploymentOf('/openai/deployments/50%/embeddings')).toBe('50%')
  expect(deploymentOf('/v1/embeddings')).toBeNull()
})

describe('keepTrace', () => {
  test('all or nothing at the ends, the same for the same id', () => {
    expect(keepTrace('a', 1)).toBe(true)
    expect(keepTrace('a', 0)).toBe(false)
    expect(keepTrace('a', Number.NaN)).toBe(false)
    expect(keepTrace('session', 0.5)).toBe(keepTrace('session', 0.5))
  })

  test('keeps about its share, and more with a higher rate', () => {
    const ids = Array.from({ length: 4000 }, (_, n) => `trace-${n}`)
    const kept = ids.filter((id) => keepTrace(id, 0.25))
    expect(kept.length / ids.length).toBeGreaterThan(0.22)
    expect(kept.length / ids.length).toBeLessThan(0.28)
    expect(kept.every((id) => keepTrace(id, 0.5))).toBe(true)
  })
})
