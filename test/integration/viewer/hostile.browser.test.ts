// A record is text from programs, users and models: nothing in it may act in the reader's browser or move the page.
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallRecord, Json } from '../../../src/record.ts'
import { makeLane, openHead } from './lanes.ts'
import { lineOf, makeRecords, ns } from './records.ts'
import { eventually, openSession, type Session } from './session.ts'

const SCRIPT = '<script>globalThis.pwned = 1; alert(1)</script>'
const IMAGE = '<img src="http://127.0.0.1:9/x.png" onerror="globalThis.pwned = 2">'
const LINK = '[click](javascript:globalThis.pwned=3) <a href="javascript:globalThis.pwned=4">x</a>'
const RTL = 'invoice\u202Efdp.exe \u2066hidden\u2069'
const CONTROLS = 'a\u0000b\u0007c\u001b[31md\u007fe\u009bf\u2028g'
const ALL = [SCRIPT, IMAGE, LINK, RTL, CONTROLS].join('\n')
/** Controls and format characters; the page's own texts have none but line breaks. */
const ACTING = /(?!\n)[\p{Cc}\p{Cf}]/u
const MEGABYTE = 'x'.repeat(1024 * 1024)

let session: Session
let begin = Date.now() - 60_000

function append(id: string, more: Partial<CallRecord> & { [extra: string]: unknown }): void {
  const [record] = makeRecords({ count: 1, endMs: begin, spanMs: 1, seed: 2 })
  if (!record) throw new Error('no record')
  begin += 1000
  const whole = { ...record, id, started_at: ns(begin), status: 'ok' as const, ...more }
  appendFileSync(join(session.dir, 'records', 'hostile.ndjson'), lineOf(whole as CallRecord))
}

function chat(content: Json, answer: Json): Partial<CallRecord> {
  const [record] = makeRecords({ count: 1, endMs: begin, spanMs: 1, seed: 2 })
  if (!record) throw new Error('no record')
  return {
    request: { model: 'gpt-4o', body: { model: 'gpt-4o', messages: [{ role: 'user', content }] } },
    response: { ...record.response, body: { choices: [{ message: answer }] } },
  }
}

beforeAll(async () => {
  session = await openSession()
  mkdirSync(join(session.dir, 'records'))
  const call = { id: 'c1', type: 'function', function: { name: SCRIPT, arguments: ALL } }
  append('hostile', {
    ...chat(
      [
        { type: 'text', text: ALL },
        { type: 'image_url', image_url: { url: 'http://127.0.0.1:9/pixel.png' } },
        { type: 'image_url', image_url: { url: 'data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+' } },
        { type: SCRIPT, x: IMAGE },
      ],
      { content: ALL, refusal: SCRIPT, tool_calls: [call] },
    ),
    trace_id: '../../"><script>globalThis.pwned=5</script>',
    tags: [SCRIPT, RTL],
    name: SCRIPT,
    user_id: IMAGE,
    service: SCRIPT,
    method: SCRIPT,
    error: { type: SCRIPT, code: IMAGE, message: ALL, param: LINK, status: 500, stack: ALL },
    metadata: { [SCRIPT]: IMAGE, __proto__: 'x', constructor: 'y' },
    server_address: 'javascript:alert(1)//',
    url_path: 'javascript:alert(1)',
  })
  append('long', chat(MEGABYTE, { content: `${MEGABYTE}end` }))
  append('odd', {
    operation: 7 as never,
    tags: 'no list' as never,
    attempts: { a: 1 } as never,
    usage: null as never,
    request: 'text' as never,
    response: [] as never,
    error: 'text' as never,
    duration_ms: 'long' as never,
    metadata: [1] as never,
    trace_id: null as never,
  })
  append('far', { started_at: '99999999999999999999' })
  append('id with / ? # and "quotes"', {})
  appendFileSync(
    join(session.dir, 'records', 'hostile.ndjson'),
    `${'['.repeat(5000)}${']'.repeat(5000)}\n{"id":"\u0000"}\n`,
  )
  makeLane(session.dir, { service: SCRIPT, tags: [IMAGE] }).append(
    { ...openHead('flying', Date.now()), url: `javascript:alert(1)//${SCRIPT}` } as never,
    JSON.stringify({ model: SCRIPT, messages: [{ role: SCRIPT, content: ALL }] }),
  )
})
afterAll(() => session.close())

const pwned = () => session.page.evaluate('globalThis.pwned ?? 0')

describe('a hostile record', () => {
  test('is a line of text in the list, as high as any other', async () => {
    const { page } = session
    await session.go('/')
    await eventually(() => page.locator('.row').count()).toBe(6)
    const row = page.locator('[data-id="hostile"]')
    expect(await row.locator('.prompt').textContent()).toContain('<script>globalThis.pwned = 1; alert(1)</script>')
    for (const box of await page
      .locator('.row')
      .evaluateAll((rows) => rows.map((one) => one.getBoundingClientRect().height)))
      expect(box).toBe(54)
    expect(await page.locator('main').evaluate((main) => main.scrollWidth)).toBe(1280)
    await eventually(() => page.locator('option', { hasText: '<script>' }).count()).toBeGreaterThan(0)
  })

  test('is text in the call, with stand-ins for what would act', async () => {
    const { page } = session
    await page.locator('[data-id="hostile"]').click()
    await page.waitForSelector('.turn')
    for (const details of await page.locator('details').all())
      await details.evaluate((element) => element.setAttribute('open', ''))
    const text = (await page.locator('main').textContent()) ?? ''
    for (const part of [
      SCRIPT,
      IMAGE,
      'javascript:globalThis.pwned=3',
      'invoice‹U+202E›fdp.exe ‹U+2066›hidden‹U+2069›',
      'a␀b␇c␛[31md␡e‹U+009B›f‹U+2028›g',
    ])
      expect(text).toContain(part)
    expect(text).not.toMatch(ACTING)
    expect(await page.locator('main script, main a[href^="javascript:" i], main img').count()).toBe(0)
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
    for (const link of links) expect(link).toMatch(/^\//)
    await page.getByRole('button', { name: 'Raw JSON' }).click()
    await page.waitForSelector('.json, .long-text .code')
    expect(await page.locator('main').evaluate((main) => main.scrollWidth)).toBe(1280)
  })

  test('is copied as text that runs nothing', async () => {
    const { page } = session
    await page.getByRole('button', { name: 'Copy as curl' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const command = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(command).toMatch(/^curl '/)
    expect(command.replaceAll('\n', '')).not.toMatch(ACTING)
  })

  test('has a trace whose name is any text', async () => {
    const { page } = session
    await page.locator('.trace-steps a', { hasText: 'in trace' }).click()
    await page.waitForSelector('.bar-row')
    expect(await page.locator('.call-title code').textContent()).toBe('../../"><script>globalThis.pwned=5</script>')
    await page.reload()
    await page.waitForSelector('.bar-row')
    await page.locator('.bar-row').first().click()
    await page.waitForSelector('.turn')
  })

  test('with a line of two megabytes opens folded, and whole when asked', async () => {
    const { page } = session
    await session.go('/call/long')
    await page.waitForSelector('.turn')
    const length = async () => ((await page.locator('.conversation').textContent()) ?? '').length
    expect(await length()).toBeLessThan(20_000)
    await page.getByRole('button', { name: 'Show all 1,048,579 characters' }).click()
    await eventually(length).toBeGreaterThan(1024 * 1024)
    expect(await page.locator('main').evaluate((main) => main.scrollWidth)).toBe(1280)
  })

  test('with wrong types everywhere, an impossible time or an odd id still opens', async () => {
    const { page } = session
    for (const id of ['odd', 'far', 'id with / ? # and "quotes"']) {
      await session.go('/')
      await page.waitForSelector('.row')
      await page.locator(`[data-id=${JSON.stringify(id)}]`).click()
      await page.waitForSelector('.facts')
      expect(await page.locator('.facts').textContent()).toContain(id)
      await page.reload()
      await page.waitForSelector('.facts')
    }
  })

  test('in flight is no different', async () => {
    const { page } = session
    await session.go('/call/flying')
    await page.waitForSelector('.turn')
    expect(await page.locator('main').textContent()).toContain(SCRIPT)
    await session.go('/overview')
    await page.waitForSelector('.model-table')
    expect(await page.locator('.model-table').textContent()).toContain(SCRIPT)
  })

  test('has done nothing', async () => {
    expect(await pwned()).toBe(0)
    expect(session.problems).toEqual([])
  })
})

test('no script could run, were one to slip through', async () => {
  const attempts = [
    "document.body.innerHTML = '<img src=x onerror=globalThis.pwned=7>'",
    "document.createElement('a').setAttribute('onclick', 'globalThis.pwned = 8')",
    "document.createElement('script').text = 'globalThis.pwned = 9'",
    "document.createElement('script').src = 'data:text/javascript,globalThis.pwned=10'",
  ]
  for (const attempt of attempts) await expect(session.page.evaluate(attempt)).rejects.toThrow(/requires 'Trusted/)
  expect(await pwned()).toBe(0)
})
