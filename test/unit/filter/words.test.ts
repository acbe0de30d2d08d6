import { describe, expect, test } from 'vitest'
import { matchesLine, matchesValues, parseWords } from '../../../src/filter/words.ts'

function finds(query: string, value: unknown): boolean {
  return matchesLine(Buffer.from(JSON.stringify(value)), parseWords(query))
}

describe('parseWords', () => {
  test('splits words and keeps quoted ones together', () => {
    expect(parseWords('Late  "my Order" ÉTÉ').plain).toEqual(['late', 'my order', 'été'])
    expect(parseWords('""').plain).toEqual(['""'])
  })
})

describe('matchesLine', () => {
  const record = {
    error: null,
    model: 'gpt-4o',
    request: { body: { messages: [{ role: 'user', content: 'Where is my order?\nIt said "tomorrow".' }] } },
    response: { body: { choices: [{ message: { content: 'Überfällig seit 3 Tagen — 日本' } }] } },
  }
  test.each([
    ['order', true],
    ['ORDER gpt', true],
    ['"my order"', true],
    ['"order my"', false],
    ['order missing', false],
    ['said "tomorrow"', true],
    ['überfällig', true],
    ['ÜBERFÄLLIG', true],
    ['日本', true],
    ['3', true],
  ])('%s → %s', (query, expected) => {
    expect(finds(query, record)).toBe(expected)
  })

  test('looks at values, not at keys', () => {
    expect(finds('error', record)).toBe(false)
    expect(finds('messages', record)).toBe(false)
    expect(finds('error', { ...record, status: 'error' })).toBe(true)
  })

  test('finds quotes, backslashes and newlines as they were written', () => {
    expect(finds('"a\\b"', { text: 'x a\\b y' })).toBe(true)
    expect(finds('C:\\temp', { text: 'C:\\temp' })).toBe(true)
  })

  test('is not confused by what is no JSON, and not by deep nesting', () => {
    expect(matchesLine(Buffer.from('order'), parseWords('order'))).toBe(false)
    const deep = `${'['.repeat(200_000)}"order"${']'.repeat(200_000)}`
    expect(matchesValues(JSON.parse(deep), parseWords('order'))).toBe(true)
  })
})
