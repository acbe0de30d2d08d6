// A pause after a space in the search field wrote the trimmed words back into the field: the next word stuck to the last.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeRecords } from '../viewer/records.ts'
import { eventually, openSession, type Session } from '../viewer/session.ts'

let session: Session

beforeAll(async () => {
  session = await openSession(makeRecords({ count: 5, endMs: Date.now(), spanMs: 60_000, seed: 1 }))
})
afterAll(() => session.close())

test('words typed slowly stay as they were typed', async () => {
  const { page } = session
  const query = () => new URL(page.url()).searchParams.get('q')
  await page.getByRole('searchbox').focus()
  await page.keyboard.type('reached ')
  await eventually(query).toBe('reached')
  await page.keyboard.type('Porto')
  await eventually(query).toBe('reached Porto')
  expect(await page.getByRole('searchbox').inputValue()).toBe('reached Porto')
  expect(session.problems).toEqual([])
})
