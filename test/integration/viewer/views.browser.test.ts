// The views that answer questions: order, filters as links, two calls side by side, conversations, pictures and sound, downloads.
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallRecord } from '../../../src/record.ts'
import { makeRecords } from './records.ts'
import { eventually, openSession, type Session } from './session.ts'

const records = makeRecords({ count: 400, endMs: Date.now() - 60_000, spanMs: 40 * 60_000, seed: 11 })
const [first] = records as [CallRecord]
/** 0.1 s of silence. */
const WAV = (() => {
  const head = Buffer.alloc(44)
  head.write('RIFF\x24\x03\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0', 'latin1')
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(8000, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(800, 40)
  return Buffer.concat([head, Buffer.alloc(800, 128)]).toString('base64')
})()

function chat(
  id: string,
  second: number,
  messages: readonly object[],
  answer: string,
  more: Partial<CallRecord> = {},
): CallRecord {
  const response = {
    ...first.response,
    model: 'gpt-4o',
    body: { choices: [{ message: { role: 'assistant', content: answer }, finish_reason: 'stop' }] },
  }
  const startedMs = Date.now() - 30_000 + second * 1000
  return {
    ...first,
    id: `00000000-0000-7000-8000-0000000000${id}`,
    started_at: `${startedMs}000000`,
    status: 'ok',
    error: null,
    operation: 'chat',
    method: 'chat.completions.create',
    conversation_id: 'talk-7',
    trace_id: 'trace-of-talk',
    metadata: { plan: 'pro', seats: 3 },
    request: { model: 'gpt-4o', body: { model: 'gpt-4o', temperature: second / 10, messages } as never },
    response: response as never,
    ...more,
  }
}

const asked = [
  { role: 'system', content: 'You are a guide.' },
  { role: 'user', content: 'Which tent for two?' },
]
const talk = [
  chat('a1', 0, asked, 'The Ridge 2 weighs two kilos.'),
  chat(
    'a2',
    1,
    [
      ...asked,
      { role: 'assistant', content: 'The Ridge 2 weighs two kilos.' },
      { role: 'user', content: 'And for four?' },
    ],
    'The Ridge 4 weighs four kilos.',
  ),
  chat(
    'a3',
    2,
    [
      {
        role: 'user',
        content: [
          { type: 'input_audio', input_audio: { data: WAV, format: 'wav' } },
          {
            type: 'input_audio',
            input_audio: { data: { bytes: 9000, sha256: 'ab12cd34ef', media_type: 'audio/mpeg' }, format: 'mp3' },
          },
        ],
      },
    ],
    'Heard.',
    { conversation_id: null },
  ),
]
let session: Session
let page: Page

beforeAll(async () => {
  session = await openSession([...records, ...talk])
  page = session.page
})
afterAll(() => session.close())

const ids = () => page.locator('.row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-id')))
const summary = () => page.locator('.list-summary [role=status]').textContent()
const query = () => new URL(page.url()).search

describe('the list', () => {
  test('by latency, tokens and cost, from the heads, in the address', async () => {
    await page.waitForSelector('.row')
    const all = [...records, ...talk]
    for (const [words, sort, key] of [
      ['Cost', 'cost', (record: CallRecord) => record.cost_usd],
      ['Latency', 'latency', (record: CallRecord) => record.duration_ms],
      ['Tokens', 'tokens', (record: CallRecord) => record.usage.total_tokens],
    ] as const) {
      const values = all.map(key).filter((value) => value !== null)
      const best = (id: string | null | undefined) => key(all.find((record) => record.id === id) as CallRecord)
      await page.locator('.sort-head', { hasText: words }).click()
      await eventually(query).toBe(`?sort=${sort}`)
      await eventually(async () => best((await ids())[0])).toBe(Math.max(...values))
      await page.locator('.sort-head', { hasText: words }).click()
      await eventually(query).toBe(`?sort=${sort}&order=asc`)
      await page.reload()
      await eventually(async () => best((await ids())[0])).toBe(Math.min(...values))
      expect(await page.getByLabel('Order').inputValue()).toBe(`${sort} asc`)
    }
    await page.getByLabel('Order').selectOption('')
    await eventually(query).toBe('')
  })

  test('by user, error and a field of metadata; a link gives the same list in a tab of its own', async () => {
    const user = records.find((record) => record.user_id !== null)?.user_id ?? ''
    await page.getByText('More filters').click()
    await page.locator(`option[value="${user}"]`).waitFor({ state: 'attached' })
    await page.getByLabel('User', { exact: true }).selectOption(user)
    const count = [...records, ...talk].filter((record) => record.user_id === user).length
    await eventually(summary).toMatch(new RegExp(`^${count} of 403 call`))
    await page.keyboard.press('Escape')
    await page.getByTitle('Take this filter away').click()
    await eventually(query).toBe('')
    const code = records.find((record) => record.error?.code)?.error?.code ?? ''
    await page.getByText('More filters').click()
    await page.getByLabel('Error', { exact: true }).selectOption(code)
    const failed = records.filter((record) => record.error?.code === code).length
    await eventually(summary).toMatch(new RegExp(`^${failed} of 403 call`))
    await session.go('/')
    await page.getByText('More filters').click()
    await page.getByLabel('Metadata, as field=value').fill('seats=3')
    await page.keyboard.press('Enter')
    await eventually(query).toBe('?meta=seats%3D3')
    await eventually(summary).toBe('3 of 403 calls')
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const tab = await page.context().newPage()
    await tab.goto(String(await page.evaluate('navigator.clipboard.readText()')))
    await tab.getByText('3 of 403 calls').waitFor()
    await tab.close()
  })

  test('what export gives for the filter is downloaded; what was left out is said', async () => {
    await session.go('/?conversation=talk-7')
    await page.getByRole('button', { name: 'Export…' }).click()
    await page.getByLabel('Format').selectOption('fine-tuning')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^neatlogs-fine-tuning-\d{4}-\d\d-\d\d\.jsonl$/)
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n')
    expect(lines.map((line) => JSON.parse(line).messages.at(-1).content)).toEqual([
      'The Ridge 2 weighs two kilos.',
      'The Ridge 4 weighs four kilos.',
    ])
    await eventually(() => page.locator('.export-form [role=status]').textContent()).toBe('2 written.')
    await page.getByLabel('Format').selectOption('evals')
    await page.keyboard.press('Escape')
    await session.go('/?operation=embeddings')
    await page.getByRole('button', { name: 'Export…' }).click()
    await page.getByLabel('Format').selectOption('fine-tuning')
    await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()])
    await eventually(() => page.locator('.export-form [role=status]').textContent()).toMatch(
      /^0 written\. \d+ left out: /,
    )
    await page.keyboard.press('Escape')
  })
})

describe('calls together', () => {
  test('two calls side by side: chosen in the list, what differs is marked', async () => {
    await session.go(`/call/${talk[0]?.id}`)
    await page.getByRole('link', { name: 'Compare…' }).click()
    await page.getByText('Click the call to compare with.').waitFor()
    await page.locator(`[data-id="${talk[1]?.id}"]`).click()
    await page.waitForSelector('.diff')
    expect(new URL(page.url()).pathname).toBe(`/compare/${talk[0]?.id}/${talk[1]?.id}`)
    const text = (label: string) => page.getByLabel(label, { exact: true })
    await eventually(() => text('Answer').locator('del').allTextContents()).toEqual(['2', 'two'])
    expect(await text('Answer').locator('ins').allTextContents()).toEqual(['4', 'four'])
    expect(await text('Parameters').locator('ins').textContent()).toBe('.1')
    await page.getByRole('link', { name: 'Change sides' }).click()
    await eventually(() => text('Answer').locator('del').allTextContents()).toEqual(['4', 'four'])
    await page.reload()
    await page.waitForSelector('.diff')
  })

  test('a conversation, and a trace as one: what was said comes once', async () => {
    await session.go(`/call/${talk[1]?.id}`)
    await page.getByRole('link', { name: 'talk-7' }).click()
    const roles = () => page.locator('.turn .turn-head .role').allTextContents()
    await eventually(roles).toEqual(['system', 'user', 'assistant', 'user', 'assistant'])
    await page.getByRole('link', { name: 'Trace' }).click()
    await page.getByRole('link', { name: 'Show as a conversation' }).click()
    await eventually(roles).toEqual(['system', 'user', 'assistant', 'user', 'assistant', 'user', 'assistant'])
    await page.reload()
    await page.waitForSelector('.turn')
  })

  test('sound that the record holds can be heard; what was only described says what it was', async () => {
    await session.go(`/call/${talk[2]?.id}`)
    const audio = page.locator('audio')
    await audio.waitFor()
    await eventually(() => page.evaluate<number>("document.querySelector('audio').duration")).toBeCloseTo(0.1, 2)
    expect(await page.locator('.attachment').textContent()).toBe(
      'audio audio/mpeg · mp3 · 9,000 bytes · sha256 ab12cd34…',
    )
  })
})

test('nothing went wrong', () => {
  expect(session.problems).toEqual([])
})
