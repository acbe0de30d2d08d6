import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeRecords } from './records.ts'
import { eventually, openSession, type Session } from './session.ts'

const records = makeRecords({ count: 3000, endMs: Date.now() - 60_000, spanMs: 40 * 60_000, seed: 5 })
const newest = [...records].reverse()
let session: Session

beforeAll(async () => {
  session = await openSession(records)
})
afterAll(() => session.close())

const shownIds = () =>
  session.page.locator('.row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-id')))
const summary = () => session.page.locator('.list-summary [role=status]').textContent()
const currentId = () => session.page.locator('.row.is-current').getAttribute('data-id')

describe('the list', () => {
  test('removes the token from the address and shows the newest calls first', async () => {
    await session.page.waitForSelector('.row')
    expect(session.page.url()).toBe(`${session.origin}/`)
    const ids = await shownIds()
    expect(ids.length).toBeLessThan(60)
    expect(ids).toEqual(newest.slice(0, ids.length).map((record) => record.id))
    await eventually(summary).toBe('3,000 calls')
  })

  test('scrolls to any place and draws only what is seen', async () => {
    const { page } = session
    await page.locator('.list-scroll').evaluate((element) => element.scrollTo(0, 54 * 1500))
    await page.waitForSelector(`[data-id="${newest[1503]?.id}"]`)
    expect((await shownIds()).length).toBeLessThan(60)
    await page.locator('.list-scroll').evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await page.waitForSelector(`[data-id="${newest[2999]?.id}"]`)
    await page.locator('.list-scroll').evaluate((element) => element.scrollTo(0, 0))
    await page.waitForSelector(`[data-id="${newest[0]?.id}"]`)
  })

  test('comes back from a call to the place and the call it left', async () => {
    const { page } = session
    const id = newest[703]?.id
    await page.locator('.list-scroll').evaluate((element) => element.scrollTo(0, 54 * 700))
    await page.locator(`[data-id="${id}"]`).click()
    await page.waitForSelector('.call-page')
    expect(page.url()).toBe(`${session.origin}/call/${id}`)
    await page.goBack()
    await page.waitForSelector(`[data-id="${id}"]`)
    expect(await page.locator('.list-scroll').evaluate((element) => element.scrollTop)).toBe(54 * 700)
    await session.go('/')
  })
})

describe('filters', () => {
  test('by status, model, operation, service, tag and time: in the address, after a reload too', async () => {
    const { page } = session
    const choices: readonly (readonly [string, string, string])[] = [
      ['Model', 'gpt-4o', 'model=gpt-4o'],
      ['Operation', 'chat', 'operation=chat'],
      ['Service', 'support-bot', 'service=support-bot'],
      ['Tag', 'agent', 'tag=agent'],
      ['Time', '1h', 'since=1h'],
    ]
    await page.waitForSelector('.choice option[value="gpt-4o"]', { state: 'attached' })
    for (const [label, value] of choices) await page.getByLabel(label, { exact: true }).selectOption(value)
    await page.getByRole('button', { name: /^error/ }).click()
    const query = `status=error&${choices.map(([, , part]) => part).join('&')}`
    await eventually(() => new URL(page.url()).search).toBe(`?${query}`)
    const wanted = newest.filter(
      (record) =>
        record.status === 'error' &&
        record.request.model === 'gpt-4o' &&
        record.operation === 'chat' &&
        record.tags.includes('agent'),
    )
    expect(wanted.length).toBeGreaterThan(0)
    await eventually(summary).toBe(`${wanted.length} of 3,000 ${wanted.length === 1 ? 'call' : 'calls'}`)
    await page.reload()
    await eventually(async () => (await shownIds()).join()).toBe(wanted.map((record) => record.id).join())
    expect(await page.getByLabel('Model', { exact: true }).inputValue()).toBe('gpt-4o')
    expect(await page.getByRole('button', { name: /^error/ }).getAttribute('aria-pressed')).toBe('true')
    await page.getByRole('link', { name: 'Clear filter' }).click()
    await eventually(summary).toBe('3,000 calls')
  })

  test('by trace, from the trace’s own page', async () => {
    const { page } = session
    const trace = newest.find((record) => record.name === 'order-agent')?.trace_id
    await session.go(`/trace/${trace}`)
    await page.getByRole('link', { name: 'Show as a list' }).click()
    const wanted = newest.filter((record) => record.trace_id === trace)
    await eventually(async () => (await shownIds()).join()).toBe(wanted.map((record) => record.id).join())
    await session.go('/')
  })
})

describe('search', () => {
  test('looks through all that is recorded and keeps the words in the address', async () => {
    const { page } = session
    await page.keyboard.press('/')
    await page.keyboard.type('"reached Porto"')
    const wanted = newest.filter((record) => JSON.stringify(record).includes('reached Porto'))
    expect(wanted.length).toBeGreaterThan(3)
    await eventually(summary).toBe(`${wanted.length} of 3,000 calls`)
    expect((await shownIds())[0]).toBe(wanted[0]?.id)
    expect(new URL(page.url()).searchParams.get('q')).toBe('"reached Porto"')
  })

  test('says when nothing matches, and how to go on', async () => {
    const { page } = session
    await page.getByRole('searchbox').fill('no record says this')
    await page.getByRole('heading', { name: 'No call matches' }).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Clear filter' }).last().click()
    await eventually(summary).toBe('3,000 calls')
    expect(await page.getByRole('searchbox').inputValue()).toBe('')
  })
})

describe('the keyboard', () => {
  test('j and k move, Enter opens, Escape comes back, the page follows', async () => {
    const { page } = session
    await session.go('/')
    await page.waitForSelector('.row')
    await page.keyboard.press('j')
    await eventually(currentId).toBe(newest[0]?.id)
    for (let press = 0; press < 30; press++) await page.keyboard.press('j')
    await eventually(currentId).toBe(newest[30]?.id)
    await page.keyboard.press('k')
    await eventually(currentId).toBe(newest[29]?.id)
    const box = await page.locator('.row.is-current').boundingBox()
    expect(box && box.y > 140 && box.y + box.height <= 800).toBe(true)
    expect(await page.evaluate('document.activeElement.className')).toBe('row is-current')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.call-page')
    expect(page.url()).toBe(`${session.origin}/call/${newest[29]?.id}`)
    await page.keyboard.press('Escape')
    await eventually(currentId).toBe(newest[29]?.id)
  })

  test('? shows the keys, Escape closes them, fields keep their letters', async () => {
    const { page } = session
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.keyboard.press('/')
    await page.keyboard.type('jok')
    expect(await page.getByRole('searchbox').inputValue()).toBe('jok')
    expect(new URL(page.url()).pathname).toBe('/')
    await page.keyboard.press('Escape')
    await page.keyboard.press('o')
    await page.waitForSelector('.overview-page')
    await page.keyboard.press('l')
    await page.waitForSelector('.list-page')
    await session.go('/')
  })

  test('d changes between dark and light, and remembers', async () => {
    const { page } = session
    const theme = () => page.evaluate('document.documentElement.dataset.theme')
    expect(await theme()).toBe('light')
    await page.keyboard.press('d')
    await eventually(theme).toBe('dark')
    await page.reload()
    await eventually(theme).toBe('dark')
    await page.keyboard.press('d')
    await eventually(theme).toBe('light')
  })
})

describe('a narrow screen', () => {
  test('shows everything in 400 pixels without scrolling sideways', async () => {
    const { page } = session
    const call = newest.find((record) => record.name === 'order-agent' && record.stream)
    await page.setViewportSize({ width: 400, height: 800 })
    for (const path of ['/', `/call/${call?.id}`, `/trace/${call?.trace_id}`, '/overview']) {
      await session.go(path)
      await page.waitForSelector('.row, .turn, .bar-row, .model-table')
      const widths = await page
        .locator('main, header, .list-scroll')
        .evaluateAll((parts) => parts.map((part) => part.scrollWidth))
      const width = Math.max(...widths)
      expect([path, width]).toEqual([path, 400])
    }
    await session.go('/')
    const row = page.locator('.row').first()
    await row.waitFor()
    for (const part of ['.cell-status', '.cell-model', '.prompt', '.cell-latency', '.cell-cost'])
      expect(await row.locator(part).isVisible()).toBe(true)
    await page.locator('.row').nth(2).click()
    await page.waitForSelector('.turn')
    await page.setViewportSize({ width: 1280, height: 800 })
  })
})

test('nothing went wrong in the page', () => {
  expect(session.problems).toEqual([])
})

test('an empty folder says how to record the first call', async () => {
  const empty = await openSession()
  await empty.page.getByRole('heading', { name: 'No calls yet' }).waitFor()
  expect(await empty.page.locator('.command code').textContent()).toBe(
    'NODE_OPTIONS="--import neatlogs/register" node app.js',
  )
  await empty.page.getByRole('button', { name: 'Copy' }).click()
  await empty.page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await empty.page.evaluate('navigator.clipboard.readText()')).toBe(
    'NODE_OPTIONS="--import neatlogs/register" node app.js',
  )
  expect(empty.problems).toEqual([])
  await empty.close()
})
