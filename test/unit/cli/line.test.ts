import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readableLine } from '../../../src/cli/tail/line.ts'
import { makeRecord } from '../destinations/records.ts'

const plain = (_: string, text: string): string => text
const line = (over: object, columns?: number): string =>
  readableLine({ ...makeRecord(), time: 0, ...over }, plain, columns).replace(/^\d\d:00:00|^\d\d:\d\d:00/, 'TIME')

describe('one readable line', () => {
  test('what is unknown is left out', () => {
    expect(readableLine({}, plain)).toBe('--:--:-- unknown    call')
    expect(line({ usage: {}, cost_usd: null, request: {}, response: {}, duration_ms: null })).toBe(
      'TIME ok         chat.completions.create',
    )
  })

  test('attempts, first token, error without what its message says itself', () => {
    const error = { status: 429, code: 'rate_limit', message: '429 slow down' }
    const over = { status: 'error', error, attempts: [1, 2], time_to_first_token_ms: 99.6, duration_ms: 1000 }
    expect(line(over)).toContain(' 1000 ms (first 100 ms, 2 attempts) ')
    expect(line(over)).toMatch(/"Hi" → rate_limit 429 slow down$/)
  })

  test('is cut at the edge, and paints only whole parts', () => {
    // TIME is four characters shorter than the time of day.
    expect(line({}, 50)).toHaveLength(46)
    for (const columns of [41, 42, 43]) expect(line({ method: '😀'.repeat(40) }, columns).isWellFormed()).toBe(true)
    const painted = readableLine(makeRecord(), (style, text) => `<${style}>${text}</>`, 60)
    expect(painted.match(/<\w+>/g)).toHaveLength(painted.match(/<\/>/g)?.length ?? -1)
  })

  test('whatever a record holds: one line, nothing that drives a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (text, value) => {
        const request = { model: text, body: { messages: [{ role: 'user', content: text }] } }
        const shown = line({ method: text, request, response: value, error: value, usage: value, tags: value })
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })
})
