import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CallRecord } from '../../../src/record.ts'
import { makeLane, openHead } from './lanes.ts'
import { lineOf, makeRecords, ns } from './records.ts'
import { eventually, openSession, type Session } from './session.ts'

const records = makeRecords({ count: 500, endMs: Date.now() - 60_000, spanMs: 3600_000 })
const newest = [...records].reverse()
let session: Session

beforeEach(async () => {
  session = await openSession(records)
  await session.page.waitForSelector('.row')
})
afterEach(async () => {
  await session.close()
})

/** A record of a call that began just now. */
function freshRecord(id: string, beginMs = Date.now(), more: Partial<CallRecord> = {}): CallRecord {
  const [record] = makeRecords({ count: 1, endMs: beginMs, spanMs: 1, seed: 2 })
  if (!record) throw new Error('no record')
  return { ...record, id, started_at: ns(beginMs), status: 'ok', ...more }
}

function append(...fresh: CallRecord[]): void {
  appendFileSync(join(session.dir, 'records', 'web-1-4000.ndjson'), fresh.map(lineOf).join(''))
}

const firstId = () => session.page.locator('.row').first().getAttribute('data-id')
const statusOf = (id: string) => session.page.locator(`[data-id="${id}"]`).getAttribute('data-status')

describe('live', () => {
  test('a record appears on top when it is written, also in a new file and a new folder', async () => {
    append(freshRecord('live-1'))
    await eventually(firstId).toBe('live-1')
    appendFileSync(join(session.dir, 'records', 'web-2-77.ndjson'), lineOf(freshRecord('live-2')))
    await eventually(firstId).toBe('live-2')
    await eventually(() => session.page.locator('.list-summary [role=status]').textContent()).toBe('502 calls')
    expect(session.problems).toEqual([])
  })

  test('a list that is scrolled stays where it is', async () => {
    const { page } = session
    await page.locator('.list-scroll').evaluate((element) => element.scrollTo(0, 54 * 200))
    const id = newest[204]?.id
    const before = (await page.locator(`[data-id="${id}"]`).boundingBox())?.y
    append(...Array.from({ length: 7 }, (_, n) => freshRecord(`live-${n}`)))
    await eventually(() => page.locator('.list-summary [role=status]').textContent()).toBe('507 calls')
    await eventually(() => page.locator('.list-scroll').evaluate((element) => element.scrollTop)).toBe(54 * 207)
    await eventually(async () => (await page.locator(`[data-id="${id}"]`).boundingBox())?.y).toBe(before)
  })

  test('a filter holds for what comes in', async () => {
    const { page } = session
    await session.go('/?status=error')
    const wanted = newest.filter((record) => record.status === 'error').length
    const summary = () => page.locator('.list-summary [role=status]').textContent()
    await eventually(summary).toBe(`${wanted} of 500 calls`)
    append(freshRecord('fine'), freshRecord('broken', Date.now(), { status: 'error' }))
    await eventually(summary).toBe(`${wanted + 1} of 502 calls`)
    expect(await firstId()).toBe('broken')
  })

  test('a call in flight appears, counts and finishes in place', async () => {
    const { page } = session
    const lane = makeLane(session.dir)
    const begin = Date.now() - 2500
    lane.append(
      openHead('flying', begin, 'trace-live'),
      JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'Are you there?' }] }),
    )
    await eventually(firstId).toBe('flying')
    const row = page.locator('[data-id="flying"]')
    expect(await row.textContent()).toMatch(/in flight[\s\S]*gpt-4o[\s\S]*Are you there\?[\s\S]*\d\.00 s/)
    await eventually(() => page.getByRole('button', { name: /^in flight/ }).textContent()).toMatch(/1$/)
    append(freshRecord('later'))
    await eventually(firstId).toBe('later')
    const record = freshRecord('flying', begin, { trace_id: 'trace-live', duration_ms: 2600, status: 'ok' })
    lane.append({ t: 'close', id: 'flying', status: 'ok', ms: 2600, attempts: [] })
    append(record)
    lane.remove()
    await eventually(() => statusOf('flying')).toBe('ok')
    expect(await page.locator('.row').nth(1).getAttribute('data-id')).toBe('flying')
    expect(await page.locator('[data-id="flying"]').count()).toBe(1)
    await eventually(() => row.textContent()).toContain('2.60 s')
    expect(session.problems).toEqual([])
  })

  test('an open call turns into its record under the reader’s eyes', async () => {
    const { page } = session
    const lane = makeLane(session.dir)
    const begin = Date.now() - 500
    const messages = [{ role: 'user', content: 'Are you there?' }]
    lane.append(openHead('flying', begin), JSON.stringify({ model: 'gpt-4o', messages }))
    await page.locator('[data-id="flying"]').click()
    await page.getByText('Waiting for the answer…').waitFor()
    expect(await page.locator('.turn').textContent()).toContain('Are you there?')
    const body = { choices: [{ message: { role: 'assistant', content: 'Yes, here.' }, finish_reason: 'stop' }] }
    const response = { ...freshRecord('x').response, body }
    append(
      freshRecord('flying', begin, { request: { model: 'gpt-4o', body: { model: 'gpt-4o', messages } }, response }),
    )
    lane.remove()
    await page.getByText('Yes, here.').waitFor()
    expect(await page.getByText('Waiting for the answer…').count()).toBe(0)
    expect(session.problems).toEqual([])
  })

  test('a call in flight whose process is gone becomes incomplete', async () => {
    const lane = makeLane(session.dir, { bootId: '' }, 2 ** 22 + 1)
    lane.append(openHead('dead', Date.now()), JSON.stringify({ model: 'gpt-4o', messages: [] }))
    await eventually(() => statusOf('dead')).toBe('incomplete')
  })

  test('the page says when the viewer has ended', async () => {
    await session.viewer.close()
    await session.page.getByText('Not connected').waitFor()
    // The browser reports the lost connection; nothing else may go wrong.
    expect(session.problems.every((problem) => problem.includes('net::ERR_'))).toBe(true)
  })

  test('a folder that comes later is found', async () => {
    const empty = await openSession()
    await empty.page.getByRole('heading', { name: 'No calls yet' }).waitFor()
    mkdirSync(join(empty.dir, 'records'))
    appendFileSync(join(empty.dir, 'records', 'a.ndjson'), lineOf(freshRecord('first')))
    await empty.page.waitForSelector('[data-id="first"]')
    await empty.close()
  })
})
