// A key pressed as soon as the list could be seen was lost; the letters after it were then taken for shortcuts.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSession, type Session } from '../viewer/session.ts'

let session: Session

beforeAll(async () => {
  session = await openSession()
})
afterAll(() => session.close())

test('a slash in the moment the search field appears puts the focus into it', async () => {
  const { page } = session
  await page.addInitScript(`
    new MutationObserver((_changes, observer) => {
      if (!document.querySelector('.search-field input')) return
      observer.disconnect()
      dispatchEvent(new KeyboardEvent('keydown', { key: '/', cancelable: true }))
      document.documentElement.dataset.focused = document.activeElement.type ?? 'nothing'
    }).observe(document, { childList: true, subtree: true })`)
  await page.goto(`${session.origin}/`)
  await page.waitForSelector('[data-focused]')
  expect(await page.locator('html').getAttribute('data-focused')).toBe('search')
  expect(session.problems).toEqual([])
})
