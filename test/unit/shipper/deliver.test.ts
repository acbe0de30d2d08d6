// What becomes of a batch: sent again, halved, kept aside, or given up for now when somebody waits.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CLOSED_RULES, type Destination, type Outcome } from '../../../src/destinations/destination.ts'
import { openDiagnostics } from '../../../src/diagnostics.ts'
import type { CallRecord } from '../../../src/record.ts'
import type { BatchItem } from '../../../src/shipper/batch.ts'
import { type DeliveryContext, deliver } from '../../../src/shipper/deliver.ts'

const item = (id: string): BatchItem => ({ record: { id } as CallRecord, bytes: 1, segments: [] })
const items = ['a', 'b', 'c', 'd', 'e'].map(item)
const RETRY: Outcome = { kind: 'retry', afterMs: null, reason: 'HTTP 503' }

function scene(answer: (ids: readonly string[], drops: number) => Outcome, more: Partial<DeliveryContext> = {}) {
  const settled: Record<string, string[]> = { delivered: [], rejected: [] }
  const pauses: number[] = []
  const sent: (readonly string[])[] = []
  const root = join(mkdtempSync(join(tmpdir(), 'neatlogs-deliver-')), 'root')
  const destination = {
    name: 'neatlogs',
    send: async (records: readonly CallRecord[], { droppedCount }: { droppedCount: number }) => {
      sent.push(records.map(({ id }) => id))
      return answer(
        records.map(({ id }) => id),
        droppedCount,
      )
    },
  } as unknown as Destination
  const context: DeliveryContext = {
    root,
    rules: CLOSED_RULES,
    destination,
    diagnostics: openDiagnostics('silent', 'shipper'),
    takeDropped: () => 0,
    settleDropped: () => {},
    isDraining: () => false,
    isStopped: () => false,
    pause: async (ms) => {
      pauses.push(ms)
    },
    onSettled: (some, kind) => {
      settled[kind]?.push(...some.map(({ record }) => record.id))
    },
    ...more,
  }
  return { context, settled, pauses, sent, root }
}

test('sent again until it is taken, with longer and longer pauses', async () => {
  let tries = 0
  const { context, settled, pauses } = scene(() => (++tries < 5 ? RETRY : { kind: 'delivered' }))
  expect(await deliver(items, context)).toBe(true)
  expect(settled.delivered?.length).toBe(5)
  expect(pauses.length).toBe(4)
  expect(pauses[3]).toBeGreaterThan(pauses[0] ?? 0)
})

test('Retry-After is kept to', async () => {
  let tries = 0
  const { context, pauses } = scene(() => (++tries === 1 ? { ...RETRY, afterMs: 7000 } : { kind: 'delivered' }))
  await deliver(items, context)
  expect(pauses).toEqual([7000])
})

test.each(['rejected', 'too_large'] as const)('%s: halved down to the one that is at fault', async (kind) => {
  const bad: Outcome =
    kind === 'too_large' ? { kind, reason: 'HTTP 413' } : { kind, status: 400, answer: 'no', mayPassSplit: true }
  const { context, settled, root } = scene((ids) => (ids.includes('c') ? bad : { kind: 'delivered' }))
  expect(await deliver(items, context)).toBe(true)
  expect(settled).toEqual({ delivered: ['a', 'b', 'd', 'e'], rejected: ['c'] })
  expect(readFileSync(join(root, 'rejected.ndjson'), 'utf8')).toMatch(/"record":\{"id":"c"\}/)
})

test('an encoder that throws over one record stops none of the others', async () => {
  const { context, settled } = scene((ids) => {
    if (ids.includes('d')) throw new TypeError('a bug')
    return { kind: 'delivered' }
  })
  expect(await deliver(items, context)).toBe(true)
  expect(settled).toEqual({ delivered: ['a', 'b', 'c', 'e'], rejected: ['d'] })
})

test('somebody waits and the server fails: two tries, then it is left', async () => {
  const { context, settled, sent } = scene(() => RETRY, { isDraining: () => true })
  expect(await deliver(items, context)).toBe(false)
  expect(sent.length).toBe(2)
  expect(settled.delivered).toEqual([])
})

test('somebody begins to wait during a request that fails: the next try is soon, and is the first that counts', async () => {
  let draining = false
  const { context, pauses, sent } = scene(
    () => {
      draining = true
      return { ...RETRY, afterMs: 60_000 }
    },
    { isDraining: () => draining },
  )
  expect(await deliver(items, context)).toBe(false)
  expect(sent.length).toBe(3)
  expect(Math.max(...pauses)).toBeLessThan(1000)
})

test('half of a batch that was taken is not sent again when the other half fails', async () => {
  const { context, settled } = scene(
    (ids) =>
      ids.length > 3 ? { kind: 'too_large', reason: 'HTTP 413' } : ids.includes('e') ? RETRY : { kind: 'delivered' },
    { isDraining: () => true },
  )
  expect(await deliver(items, context)).toBe(false)
  expect(settled.delivered).toEqual(['a', 'b'])
})

test('losses are told with a batch that is taken, and kept with one that is not', async () => {
  const told: boolean[] = []
  let tries = 0
  const { context } = scene(() => (++tries < 2 ? RETRY : { kind: 'delivered' }), {
    takeDropped: () => 3,
    settleDropped: (wasTold) => {
      told.push(wasTold)
    },
  })
  await deliver(items, context)
  expect(told).toEqual([false, true])
})
