import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallRecord } from '../../../src/record.ts'
import { makeRecords } from './records.ts'
import { eventually, openSession, type Session } from './session.ts'

const records = makeRecords({ count: 1500, endMs: Date.now() - 60_000, spanMs: 3600_000, seed: 9 })
const last = (test: (record: CallRecord) => boolean): CallRecord => {
  const found = records.findLast(test)
  if (!found) throw new Error('no such record')
  return found
}
const traceOf = (record: CallRecord) => records.filter(({ trace_id: id }) => id === record.trace_id)
const agent = last((record) => record.name === 'order-agent' && record.stream && record.status === 'ok')

let session: Session
beforeAll(async () => {
  session = await openSession(records)
})
afterAll(() => session.close())

async function openCall(record: CallRecord): Promise<void> {
  await session.go(`/call/${record.id}`)
  await session.page.waitForSelector('.facts')
}
const textOf = async (selector: string) => (await session.page.locator(selector).allTextContents()).join('\n')

describe('the call', () => {
  test('is a conversation with tool results beside their calls', async () => {
    const { page } = session
    await openCall(agent)
    expect(await page.locator('.turn .role').allTextContents()).toEqual([
      'system',
      'user',
      'assistant',
      'assistant',
      'assistant',
    ])
    const [call, result] = await page.locator('.tool-call').first().locator('.tool-side').all()
    expect(await call?.textContent()).toContain('lookup_order')
    expect(await result?.textContent()).toContain('"status": "shipped"')
    const boxes = await Promise.all([call?.boundingBox(), result?.boundingBox()])
    expect(boxes[0]?.y).toBe(boxes[1]?.y)
    expect(await page.locator('.turn.is-answer').textContent()).toContain('Your parcel left our warehouse')
  })

  test('shows usage, parameters, timing, attempts and where it came from', async () => {
    await openCall(agent)
    const facts = await textOf('.facts')
    for (const part of [
      String(agent.usage.total_tokens),
      'temperature',
      '2 tools: lookup_order, carrier_status',
      agent.request_id,
      agent.trace_id,
      '2026.11.3',
      'support-bot',
      'web-1',
      '6.49.0',
      'api.openai.com/v1/chat/completions',
      'x-ratelimit-remaining-tokens',
    ])
      expect(facts).toContain(part)
    expect(await textOf('.timing')).toMatch(/Before the request 6\.0 ms.*To first token .*Stream .*Total/)
  })

  test('shows pictures from data URLs', async () => {
    await openCall(last((record) => record.name === 'read-invoice' && record.status === 'ok'))
    const image = session.page.locator('.picture summary img')
    await eventually(() =>
      image.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth),
    ).toBe(96)
  })

  test('shows reasoning, a refusal and an error with its attempts', async () => {
    await openCall(last((record) => record.operation === 'responses' && record.status === 'ok'))
    expect(await textOf('.note-reasoning')).toContain('Finding the relevant passage')
    await openCall(last((record) => JSON.stringify(record.response.body)?.includes('"refusal"')))
    expect(await textOf('.note-refusal')).toContain('I can’t help')
    const failed = last((record) => record.attempts.length === 3)
    await openCall(failed)
    expect(await textOf('.note-error')).toContain('RateLimitError rate_limit_exceeded')
    expect(await textOf('.note-error')).toContain(failed.error?.message)
    expect(await session.page.locator('.attempts .outcome').allTextContents()).toEqual(['429', '429', '429'])
    expect(await textOf('.timing')).toContain('Failed attempts and pauses')
  })

  test('shows the raw record, and copies it', async () => {
    const { page } = session
    await openCall(agent)
    await page.getByRole('button', { name: 'Raw JSON' }).click()
    await page.getByRole('button', { name: 'Copy JSON' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const copied = JSON.parse(String(await page.evaluate('navigator.clipboard.readText()')))
    expect(copied).toMatchObject(JSON.parse(JSON.stringify(agent)))
    expect(await textOf('.json')).toContain('"schema": 1')
  })

  test('is copied as curl and as a program, both without a key', async () => {
    const { page } = session
    await openCall(agent)
    await page.getByRole('button', { name: 'Copy as curl' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const curl = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(curl).toContain(
      `curl 'https://api.openai.com/v1/chat/completions' \\\n  -H "Authorization: Bearer $OPENAI_API_KEY"`,
    )
    await page.getByRole('button', { name: 'Copy as openai' }).click()
    await eventually(() => page.evaluate('navigator.clipboard.readText()')).toContain(
      'for await (const event of await client.chat.completions.create({',
    )
  })

  test('steps through its trace, by links and keys, to its time line and back', async () => {
    const { page } = session
    const trace = traceOf(agent)
    const [first, second] = trace
    await openCall(first as CallRecord)
    expect(await textOf('.trace-steps')).toContain(`1 of ${trace.length} in trace`)
    await page.getByRole('link', { name: 'Next ›' }).click()
    await eventually(() => page.url()).toBe(`${session.origin}/call/${second?.id}`)
    await page.getByText(`2 of ${trace.length} in trace`).waitFor()
    await page.keyboard.press('j')
    await page.getByText(`3 of ${trace.length} in trace`).waitFor()
    await page.keyboard.press('k')
    await page.getByText(`2 of ${trace.length} in trace`).waitFor()
    await page.keyboard.press('t')
    await page.waitForSelector('.bar-row')
    expect(await page.locator('.bar-row').count()).toBe(trace.length)
    await page.keyboard.press('Escape')
    await page.waitForSelector('.list-page')
  })

  test('says when it is not there', async () => {
    await session.go('/call/unknown')
    await session.page.getByRole('heading', { name: 'This call is not here' }).waitFor()
    await session.go('/trace/unknown')
    await session.page.getByRole('heading', { name: 'This trace is not here' }).waitFor()
    // The browser itself notes the two answers with status 404.
    expect(session.problems.filter((problem) => !problem.includes('404 (Not Found)'))).toEqual([])
    session.problems.length = 0
  })
})

describe('the trace', () => {
  test('puts each call where its time is', async () => {
    const { page } = session
    const report = last((record) => record.name === 'weekly-report' && traceOf(record).length === 6)
    await session.go(`/trace/${report.trace_id}`)
    await page.waitForSelector('.bar-row')
    const bars = await page.locator('.bar').evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect()))
    const starts = traceOf(report).map((record) => Number(BigInt(record.started_at) / 1000n))
    for (const [at, bar] of bars.entries()) {
      const isAfter = (starts[at] ?? 0) >= (starts[at - 1] ?? 0)
      expect(isAfter && bar.x + 1 >= (bars[at - 1]?.x ?? 0)).toBe(true)
    }
    // The plan ends before the sections begin, which run side by side, and the summary comes after them.
    expect((bars[0]?.right ?? 0) <= (bars[1]?.left ?? 0)).toBe(true)
    expect((bars[1]?.right ?? 0) > (bars[2]?.left ?? 0)).toBe(true)
    expect(await textOf('.tiles')).toContain('Calls6')
  })
})

describe('the overview', () => {
  test('sums up, draws four charts, and leads to a model’s calls', async () => {
    const { page } = session
    await session.go('/overview')
    await page.waitForSelector('.model-table')
    const count = (test: (record: CallRecord) => boolean) => records.filter(test).length
    expect(await textOf('.tiles')).toContain(`Calls1,500`)
    expect(await textOf('.tiles')).toContain(`Errors${count((record) => record.status === 'error')}`)
    expect(await page.locator('.chart canvas').count()).toBe(4)
    await page.locator('.chart .u-over').first().hover()
    await eventually(() => textOf('.chart:first-child .u-legend')).toMatch(/Calls\d+/)
    const model = page.getByRole('link', { name: 'gpt-4o', exact: true })
    await model.click()
    await eventually(() => textOf('.list-summary [role=status]')).toBe(
      `${count((record) => record.request.model === 'gpt-4o').toLocaleString('en-US')} of 1,500 calls`,
    )
  })

  test('follows the filter', async () => {
    await session.go('/overview?status=error')
    await session.page.waitForSelector('.model-table')
    expect(await textOf('.tiles')).toContain('Latency p50–')
  })
})

test('nothing went wrong in the page', () => {
  expect(session.problems).toEqual([])
})
