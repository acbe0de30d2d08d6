// What becomes of what waits for a destination: sent again, halved, kept aside, or given up for now when somebody waits.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Destination, Outcome } from '../../../src/destinations/destination.ts'
import { openDiagnostics } from '../../../src/diagnostics.ts'
import type { CallRecord } from '../../../src/record.ts'
import { WholeItem } from '../../../src/shipper/item.ts'
import { openLosses } from '../../../src/shipper/losses.ts'
import { rulesOf } from '../../../src/shipper/rules.ts'
import { type Owner, openSender } from '../../../src/shipper/sender.ts'

const item = (id: string, bytes = 1) => new WholeItem({ id } as CallRecord, bytes)
const numbered = (count: number, name = 'c') => Array.from({ length: count }, (_, index) => item(`${name}${index}`))
const RETRY: Outcome = { kind: 'retry', afterMs: null, reason: 'HTTP 503' }
const TAKEN: Outcome = { kind: 'delivered' }

type Answer = (ids: readonly string[], drops: number) => Outcome | Promise<Outcome>

function scene(answer: Answer, maxBatchCount = 512) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const settled: { [kind: string]: string[] } = { delivered: [], rejected: [] }
  const sent: { readonly ids: readonly string[]; readonly atMs: number }[] = []
  let inFlight = 0
  let mostInFlight = 0
  const root = join(mkdtempSync(join(tmpdir(), 'neatlogs-sender-')), 'root')
  const destination = {
    name: 'neatlogs',
    fingerprint: 'neatlogs:test',
    maxBatchBytes: 1000,
    maxBatchCount,
    send: async (records: readonly CallRecord[], { droppedCount }: { droppedCount: number }) => {
      const ids = records.map(({ id }) => id)
      sent.push({ ids, atMs: performance.now() })
      mostInFlight = Math.max(mostInFlight, ++inFlight)
      try {
        return await answer(ids, droppedCount)
      } finally {
        inFlight--
      }
    },
  } as unknown as Destination
  const losses = openLosses()
  const sender = openSender({ root, destination, losses, diagnostics: openDiagnostics('silent', 'shipper') })
  const ownerOf = (rules = rulesOf({})): Owner => ({
    rules,
    onSettled: (items, kind) => settled[kind]?.push(...items.map(({ id }) => id)),
    onChange: () => {},
  })
  return { sender, settled, sent, root, losses, ownerOf, mostInFlight: () => mostInFlight }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

test('sent again until it is taken, with longer and longer pauses', async () => {
  let tries = 0
  const { sender, settled, sent, ownerOf } = scene(() => (++tries < 5 ? RETRY : TAKEN))
  sender.offer([item('a')], ownerOf())
  await pass(60_000)
  expect(settled.delivered).toEqual(['a'])
  const pauses = sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0))
  expect(pauses).toHaveLength(4)
  expect(pauses[3]).toBeGreaterThan(pauses[0] ?? 0)
})

test.each([0, -290_000])(
  'a server that wishes to be asked again after %d ms does not make us faster',
  async (afterMs) => {
    const { sender, sent, ownerOf } = scene(() => ({ ...RETRY, afterMs }))
    sender.offer(numbered(5), ownerOf())
    await pass(10_000)
    expect(sent.length).toBeLessThan(10)
  },
)

test('Retry-After is kept to', async () => {
  let tries = 0
  const { sender, sent, ownerOf } = scene(() => (++tries === 1 ? { ...RETRY, afterMs: 7000 } : TAKEN))
  sender.offer([item('a')], ownerOf())
  await pass(6900)
  expect(sent.length).toBe(1)
  await pass(200)
  expect(sent.length).toBe(2)
})

test.each(['rejected', 'too_large'] as const)('%s: halved down to the one that is at fault', async (kind) => {
  const bad: Outcome =
    kind === 'too_large' ? { kind, reason: 'HTTP 413' } : { kind, status: 400, answer: 'no', mayPassSplit: true }
  const { sender, settled, root, ownerOf } = scene((ids) => (ids.includes('c2') ? bad : TAKEN))
  sender.offer(numbered(5), ownerOf())
  await pass(1000)
  expect(settled.delivered?.sort()).toEqual(['c0', 'c1', 'c3', 'c4'])
  expect(settled.rejected).toEqual(['c2'])
  expect(readFileSync(join(root, 'rejected.ndjson'), 'utf8')).toMatch(
    /"fingerprint":"neatlogs:test".*"record":\{"id":"c2"\}/,
  )
})

test.each([RETRY, { kind: 'pause', reason: 'HTTP 403' }] as Outcome[])(
  'one record that the server fails over ($kind): all others arrive, it is tried now and then',
  async (failure) => {
    const { sender, settled, sent, ownerOf } = scene((ids) => (ids.includes('bad') ? failure : TAKEN))
    const owner = ownerOf()
    sender.offer([...numbered(20), item('bad'), ...numbered(43, 'd')], owner)
    for (let round = 0; round < 100; round++) {
      sender.offer(numbered(2, `later-${round}-`), owner)
      await pass(1000)
    }
    await pass(60_000)
    expect(new Set(settled.delivered).size).toBe(263)
    expect(settled.delivered).toHaveLength(263)
    expect(sender.openCount(owner)).toBe(1)
    expect(sent.filter(({ ids }) => ids.includes('bad')).length).toBeLessThan(25)
  },
)

test('an encoder that throws over one record stops none of the others', async () => {
  const { sender, settled, ownerOf } = scene((ids) => {
    if (ids.includes('c3')) throw new TypeError('a bug')
    return TAKEN
  })
  sender.offer(numbered(5), ownerOf())
  await pass(1000)
  expect(settled.delivered?.sort()).toEqual(['c0', 'c1', 'c2', 'c4'])
  expect(settled.rejected).toEqual(['c3'])
})

test('everything is refused: first at once, then slower and slower, one record a request', async () => {
  const refused: Outcome = { kind: 'rejected', status: 400, answer: 'no', mayPassSplit: true }
  const { sender, sent, ownerOf } = scene(() => refused)
  sender.offer(numbered(500), ownerOf())
  await pass(60_000)
  expect(sent.length).toBeLessThan(30)
  expect(sent.slice(-5).map(({ ids }) => ids.length)).toEqual([1, 1, 1, 1, 1])
})

test('somebody waits and the server fails: two tries, then it is left, and tried again at its time', async () => {
  const { sender, settled, sent, ownerOf } = scene(() => RETRY)
  const owner = ownerOf()
  sender.drain(1)
  sender.offer(numbered(5), owner)
  expect(sender.isWorthWaiting(owner)).toBe(true)
  await pass(400)
  expect(sender.isWorthWaiting(owner)).toBe(false)
  expect(sent.length).toBe(2)
  expect(settled.delivered).toEqual([])
  await pass(60_000)
  expect(sent.length).toBeGreaterThan(2)
})

test('somebody begins to wait in a long pause: tried at once', async () => {
  let tries = 0
  const { sender, settled, ownerOf } = scene(() => (++tries === 1 ? { ...RETRY, afterMs: 60_000 } : TAKEN))
  const owner = ownerOf()
  sender.offer(numbered(3), owner)
  await pass(1000)
  expect(settled.delivered).toEqual([])
  sender.drain(1)
  await pass(500)
  expect(settled.delivered).toHaveLength(3)
  expect(sender.isWorthWaiting(owner)).toBe(false)
})

test('several requests are in flight, of a server that is slow; after a failure one', async () => {
  let isUp = true
  const { sender, settled, sent, ownerOf, mostInFlight } = scene(async () => {
    await new Promise((resolve) => setTimeout(resolve, 500))
    return isUp ? TAKEN : RETRY
  }, 10)
  const owner = ownerOf()
  sender.offer(numbered(800), owner)
  await pass(10_000)
  expect(settled.delivered).toHaveLength(800)
  expect(mostInFlight()).toBeGreaterThan(4)
  isUp = false
  sender.offer(numbered(800, 'd'), owner)
  await pass(1000)
  const before = sent.length
  await pass(20_000)
  expect(sent.length - before).toBeLessThan(10)
})

test('records of lanes with equal rules share a request, others do not', async () => {
  let first = true
  const { sender, sent, ownerOf } = scene(async () => {
    if (first) await new Promise((resolve) => setTimeout(resolve, 100))
    first = false
    return TAKEN
  })
  const open = rulesOf({ rules: { ...rulesOf({}), otlpContent: true } })
  for (let lane = 0; lane < 20; lane++) sender.offer([item(`closed-${lane}`)], ownerOf())
  for (let lane = 0; lane < 20; lane++) sender.offer([item(`open-${lane}`)], ownerOf(open))
  await pass(5000)
  for (const { ids } of sent) expect(new Set(ids.map((id) => id.split('-')[0])).size).toBe(1)
  expect(sent.length).toBeLessThan(10)
  expect(sent.flatMap(({ ids }) => ids)).toHaveLength(40)
})

test('a line too slow for a batch gets smaller ones, and more time', async () => {
  const { sender, settled, sent, ownerOf } = scene(async (ids) => {
    await new Promise((resolve) => setTimeout(resolve, Math.min(ids.length * 800, 10_000)))
    return ids.length > 12 ? { ...RETRY, isTimeout: true, reason: 'no answer within 10 s' } : TAKEN
  })
  const owner = ownerOf()
  for (let batch = 0; batch < 10; batch++) sender.offer(numbered(100, `b${batch}-`), owner)
  await pass(3_000_000)
  expect(settled.delivered).toHaveLength(1000)
  expect(sent.reduce((sum, { ids }) => sum + ids.length, 0)).toBeLessThan(2500)
})

test('a lane that is left takes back what is not on its way; the rest is told when it is', async () => {
  const { sender, settled, ownerOf } = scene(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    return TAKEN
  }, 10)
  const owner = ownerOf()
  sender.offer(numbered(100), owner)
  sender.withdraw(owner)
  expect(sender.openCount(owner)).toBe(20)
  await pass(5000)
  expect(sender.openCount(owner)).toBe(0)
  expect(settled.delivered).toHaveLength(20)
})

test('losses are told with a batch that is taken, and kept with one that is not', async () => {
  let tries = 0
  const drops: number[] = []
  const { sender, losses, ownerOf } = scene((_ids, dropped) => {
    drops.push(dropped)
    return ++tries < 2 ? RETRY : TAKEN
  })
  losses.add({ id: 'lost', count: 3, segments: [], done: { has: () => false, add: () => {}, forget: () => {} } })
  sender.offer([item('a')], ownerOf())
  await pass(5000)
  sender.offer([item('b')], ownerOf())
  await pass(5000)
  expect(drops).toEqual([3, 3, 0])
})

test('what a server says it has refused of a batch that it took is counted and kept', async () => {
  const { sender, settled, root, ownerOf } = scene(() => ({ kind: 'delivered', rejectedCount: 2, message: 'too old' }))
  sender.offer(numbered(5), ownerOf())
  await pass(100)
  expect(settled.rejected).toHaveLength(2)
  expect(settled.delivered).toHaveLength(3)
  expect(readFileSync(join(root, 'rejected.ndjson'), 'utf8')).toContain('"rejectedOfThese":2')
})

test.each([
  { what: 'what a lane has read beyond the size of a batch goes along with it', count: 12, requests: [12] },
  { what: 'a batch that is far too large is parted', count: 40, requests: [15, 15, 10] },
])('$what', async ({ count, requests }) => {
  const { sender, sent, ownerOf } = scene(() => TAKEN)
  sender.offer(
    Array.from({ length: count }, (_, index) => item(`c${index}`, 100)),
    ownerOf(),
  )
  await pass(100)
  expect(sent.map(({ ids }) => ids.length)).toEqual(requests)
})

test('records that the server failed over take no room from the others, and are tried once more when somebody waits', async () => {
  let isMended = false
  const { sender, settled, ownerOf } = scene((ids) =>
    !isMended && ids.some((id) => id.startsWith('bad')) ? RETRY : TAKEN,
  )
  const owner = ownerOf()
  for (let round = 0; round < 40; round++) {
    sender.offer(round < 8 ? [item(`bad${round}`, 900), item(`c${round}`, 50)] : numbered(1, `later-${round}-`), owner)
    await pass(5000)
  }
  expect(sender.openCount(owner)).toBe(8)
  expect(sender.hasRoom(owner)).toBe(true)
  isMended = true
  sender.drain(1)
  expect(sender.isWorthWaiting(owner)).toBe(true)
  await pass(500)
  expect(sender.isWorthWaiting(owner)).toBe(false)
  expect(new Set(settled.delivered).size).toBe(48)
})

test('records that the server fails over for ever keep nobody who waits', async () => {
  const { sender, sent, ownerOf } = scene((ids) => (ids.some((id) => id.startsWith('bad')) ? RETRY : TAKEN))
  const owner = ownerOf()
  for (let round = 0; round < 40; round++) {
    sender.offer(round < 8 ? [item(`bad${round}`), item(`c${round}`)] : numbered(1, `later-${round}-`), owner)
    await pass(5000)
  }
  const before = sent.length
  sender.drain(1)
  await pass(500)
  expect(sender.isWorthWaiting(owner)).toBe(false)
  expect(sent.length - before).toBeLessThanOrEqual(8)
})
