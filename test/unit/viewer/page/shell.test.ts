import { describe, expect, test } from 'vitest'
import { rangeToAsk, rangeToDraw, scrollToRow } from '../../../../src/viewer/page/list/window.ts'
import {
  formatCost,
  formatDay,
  formatMs,
  formatShare,
  formatShort,
  isoTime,
} from '../../../../src/viewer/page/shell/format.ts'
import { hrefOf, parsePlace, withFilter } from '../../../../src/viewer/page/shell/route.ts'
import { visible } from '../../../../src/viewer/page/shell/visible.ts'

describe('format', () => {
  test.each([
    [null, '–'],
    [0.04, '0.0 ms'],
    [3.14, '3.1 ms'],
    [412.4, '412 ms'],
    [1240, '1.24 s'],
    [9996, '10.0 s'],
    [61_000, '1 m 01 s'],
    [3_660_000, '1 h 01 m'],
  ])('%s ms → %s', (ms, words) => expect(formatMs(ms)).toBe(words))

  test.each([
    [null, '–'],
    [0, '0'],
    [9999, '9,999'],
    [12_400, '12.4k'],
    [999_499, '999.5k'],
    [999_500, '1M'],
    [3_140_000, '3.1M'],
    [2e9, '2B'],
  ])('%s → %s', (count, words) => expect(formatShort(count)).toBe(words))

  test.each([
    [null, '–'],
    [0, '$0'],
    [0.00001, '<$0.0001'],
    [0.0021, '$0.0021'],
    [12.345, '$12.35'],
    [1234.5, '$1,234.50'],
  ])('%s dollars → %s', (usd, words) => expect(formatCost(usd)).toBe(words))

  test('shares and days', () => {
    expect([formatShare(0, 0), formatShare(0, 9), formatShare(1, 80), formatShare(1, 3)]).toEqual([
      '–',
      '0 %',
      '1.3 %',
      '33 %',
    ])
    const now = new Date(2026, 10, 22, 12).getTime()
    expect([formatDay(now - 3600_000, now), formatDay(now - 86_400_000, now), formatDay(Number.NaN, now)]).toEqual([
      '',
      '21 Nov',
      '',
    ])
    expect(isoTime(1e20)).toBeUndefined()
  })
})

describe('visible', () => {
  test('stands in for controls and direction marks, and leaves the rest', () => {
    expect(visible('a\u0000b\u001b[31m\u007f\u0085')).toBe('a␀b␛[31m␡‹U+0085›')
    expect(visible('abc\u202Egnp.exe')).toBe('abc‹U+202E›gnp.exe')
    expect(visible('tab\tline\r\nnext\nüñ日本 עברית 👩‍👩‍👧')).toBe('tab\tline\nnext\nüñ日本 עברית 👩‍👩‍👧')
  })
})

describe('route', () => {
  test.each([
    ['/', { page: 'list' }],
    ['/overview', { page: 'overview' }],
    ['/call/a%2Fb', { page: 'call', id: 'a/b' }],
    ['/trace/%E0%A4%A', { page: 'trace', id: '%E0%A4%A' }],
    ['/call/', { page: 'list' }],
    ['/else', { page: 'list' }],
  ])('%s', (path, route) => expect(parsePlace(path, '').route).toEqual(route))

  test('carries the filter and nothing else', () => {
    const { filter } = parsePlace('/', '?status=error&status=ok&token=secret&q=&model=a%26b')
    expect(hrefOf({ page: 'call', id: 'a b/ü' }, filter)).toBe(
      '/call/a%20b%2F%C3%BC?status=error&status=ok&model=a%26b',
    )
    expect(hrefOf({ page: 'list' }, withFilter(filter, 'status', []))).toBe('/?model=a%26b')
    expect(hrefOf({ page: 'overview' }, withFilter(new URLSearchParams(), 'tag', ['x']))).toBe('/overview?tag=x')
  })
})

describe('window', () => {
  test('draws what is on the screen and asks for more on both sides', () => {
    expect(rangeToDraw(0, 540, 54, 1000)).toEqual({ first: 0, end: 18 })
    expect(rangeToDraw(54_000, 540, 54, 1005)).toEqual({ first: 992, end: 1005 })
    expect(rangeToDraw(54_000, 540, 54, 10)).toEqual({ first: 9, end: 10 })
    for (const top of [0, 100, 5000, 123_456]) {
      const drawn = rangeToDraw(top, 900, 54, 100_000)
      const { offset, limit } = rangeToAsk(drawn)
      expect(offset).toBeLessThanOrEqual(drawn.first)
      expect(offset + limit).toBeGreaterThanOrEqual(drawn.end)
      expect(limit).toBeLessThanOrEqual(500)
    }
  })

  test('brings a row into view with the least movement', () => {
    expect(scrollToRow(540, 540, 54, 12)).toBe(540)
    expect(scrollToRow(540, 540, 54, 3)).toBe(162)
    expect(scrollToRow(540, 540, 54, 25)).toBe(864)
  })
})
