import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeLane, openHead } from './lanes.ts'
import { makeRecords } from './records.ts'
import { openSession, type Session } from './session.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const records = makeRecords({ count: 600, endMs: Date.now() - 60_000, spanMs: 3600_000, seed: 9 })
const idOf = (part: string) => records.findLast((record) => JSON.stringify(record).includes(part))?.id
const traceId = records.findLast((record) => record.name === 'weekly-report')?.trace_id

const PATHS: readonly (readonly [string, string])[] = [
  ['the list', '/'],
  ['a filtered list', '/?status=error&status=incomplete&model=gpt-4o'],
  ['an empty list', '/?model=none'],
  ['an agent’s call', `/call/${idOf('"name":"order-agent"')}`],
  ['a failed call', `/call/${idOf('RateLimitError')}`],
  ['a call with reasoning', `/call/${idOf('"type":"reasoning"')}`],
  ['a call with a picture', `/call/${idOf('data:image/png')}`],
  ['a refusal', `/call/${idOf('"refusal"')}`],
  ['a trace', `/trace/${traceId}`],
  ['the overview', '/overview'],
]

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

async function violationsIn(session: Session): Promise<string[]> {
  const { violations } = (await session.page.evaluate('axe.run()')) as { violations: Violation[] }
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
  )
}

describe.each(['light', 'dark'] as const)('axe finds nothing, %s', (colorScheme) => {
  let session: Session
  beforeAll(async () => {
    // The policy of the page keeps axe out; only here it is set aside, and only for injecting axe.
    session = await openSession(records, { colorScheme, bypassCSP: true, reducedMotion: 'reduce' })
    makeLane(session.dir).append(openHead('flying', Date.now()), '{"model":"gpt-4o","messages":[]}')
    await session.page.addInitScript({ path: AXE })
  })
  afterAll(() => session.close())

  test.each(PATHS)('in %s', async (_name, path) => {
    for (const width of [1280, 400]) {
      await session.page.setViewportSize({ width, height: 900 })
      await session.go(path)
      await session.page.waitForSelector('.row, .facts, .bar-row, .model-table, .empty')
      expect(await violationsIn(session)).toEqual([])
    }
  })

  test('in the raw record, the help and the page without a record', async () => {
    const { page } = session
    await session.go(`/call/${idOf('"name":"order-agent"')}`)
    await page.getByRole('button', { name: 'Raw JSON' }).click()
    await page.waitForSelector('.json')
    expect(await violationsIn(session)).toEqual([])
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(await violationsIn(session)).toEqual([])
    await session.go('/call/none')
    await page.waitForSelector('.empty')
    expect(await violationsIn(session)).toEqual([])
  })
})
