// The whole way: a real program with the hook, its spool and record files, and the page that shows them.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runNode } from '../run.ts'
import { eventually, openSession, type Session } from './session.ts'

let session: Session
beforeEach(async () => {
  session = await openSession()
})
afterEach(() => session.close())

test('a program’s call is seen in flight and finishes in place', async () => {
  const { page } = session
  const running = runNode({ app: 'chat-stream.mjs', args: ['scenario-slow-4000'], dir: session.dir })
  const row = page.locator('.row')
  await eventually(() => row.getAttribute('data-status')).toBe('in_flight')
  expect(await row.locator('.prompt').textContent()).toBe('Stream to me.')
  expect(await row.locator('.cell-model .over').textContent()).toBe('scenario-slow-4000')
  const id = await row.getAttribute('data-id')
  const run = await running
  await eventually(() => row.getAttribute('data-status')).toBe('ok')
  expect(run.records.map((record) => record.id)).toEqual([id])
  await row.click()
  await page.waitForSelector('.turn.is-answer')
  expect(await page.locator('.timing').textContent()).toContain('To first token')
  expect(session.problems).toEqual([])
})

test('an agent’s tool calls stand beside the results its program gave', async () => {
  const { page } = session
  const run = await runNode({ app: 'agent-loop.mjs', dir: session.dir })
  await eventually(() => page.locator('.row').count()).toBe(run.records.length)
  expect(run.records.length).toBeGreaterThan(2)
  const last = run.records.at(-1)
  await session.go(`/call/${last?.id}`)
  await page.waitForSelector('.tool-call')
  expect(await page.locator('.tool-call').first().textContent()).toMatch(/calls.*look_up.*result.*result 1/s)
  await session.go(`/trace/${last?.trace_id}`)
  await eventually(() => page.locator('.bar-row').count()).toBe(run.records.length)
  expect(session.problems).toEqual([])
})
