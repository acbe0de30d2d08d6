import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import { listParser, parseCount, parseDuration, parsePort, parseSince, parseUsd } from '../../../src/cli/values.ts'

describe('durations', () => {
  test.each([
    ['30', 30_000],
    ['30s', 30_000],
    ['500ms', 500],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['0', 0],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms))
  test.each(['', 'soon', '-1', '1w', '1 s', '1e3', '٣s'])('%s is refused', (text) => {
    expect(() => parseDuration(text)).toThrow(InvalidArgumentError)
  })
})

describe('times', () => {
  test('back from now, or a date', () => {
    expect(Math.abs(parseSince('15m') - (Date.now() - 900_000))).toBeLessThan(60_000)
    expect(parseSince('2026-11-22T15:04:00Z')).toBe(Date.parse('2026-11-22T15:04:00Z'))
    expect(parseSince('2026-11-22')).toBe(Date.parse('2026-11-22'))
  })
  test('today and yesterday begin at midnight here', () => {
    const today = new Date(parseSince('today'))
    expect([today.getHours(), today.getMinutes(), today.getMilliseconds()]).toEqual([0, 0, 0])
    const yesterday = new Date(parseSince('yesterday'))
    expect(yesterday.getHours()).toBe(0)
    expect(Math.round((today.getTime() - yesterday.getTime()) / 3_600_000 / 24)).toBe(1)
  })
  test.each(['15', 'tomorrow', '2026-13-40', '22.11.2026', ''])('%s is refused', (text) => {
    expect(() => parseSince(text)).toThrow(InvalidArgumentError)
  })
})

test('ports and counts', () => {
  expect([parsePort('0'), parsePort('65535'), parseCount('20')]).toEqual([0, 65_535, 20])
  for (const text of ['65536', '-1', '1.5', '0x10', '', ' 1']) expect(() => parsePort(text)).toThrow(/0 to 65535/)
  for (const text of ['-1', '1.5', 'all', '']) expect(() => parseCount(text)).toThrow(/whole number/)
})

test('lists add up, and refuse what is not allowed', () => {
  const parse = listParser(['ok', 'error'])
  expect(parse('error', parse('ok'))).toEqual(['ok', 'error'])
  expect(listParser()('a, b')).toEqual(['a', 'b'])
  expect(() => parse('ok,bad')).toThrow(/ok, error/)
  expect(() => parse('ok,')).toThrow(/comma list/)
})

test('amounts', () => {
  expect(['0', '0.05', '$2', '.5'].map(parseUsd)).toEqual([0, 0.05, 2, 0.5])
  for (const text of ['', '-1', '1e3', 'two', 'Infinity']) expect(() => parseUsd(text)).toThrow(/US dollars/)
})
