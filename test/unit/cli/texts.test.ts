import { describe, expect, test } from 'vitest'
import { listSettings } from '../../../src/cli/doctor/configuration.ts'
import { ageText, countText, sizeText } from '../../../src/cli/doctor/size.ts'
import { paintFor } from '../../../src/cli/paint.ts'
import { withPreload } from '../../../src/cli/run.ts'
import { progressBar } from '../../../src/cli/ship/progress.ts'
import { OTEL_TABLE } from '../../../src/destinations/otel-table.ts'
import { OPTION_TABLE } from '../../../src/options/options.ts'

test('sizes, ages, counts', () => {
  expect([0, 1023, 1536, 5 * 1024 ** 3].map(sizeText)).toEqual(['0 bytes', '1023 bytes', '1.5 KiB', '5.0 GiB'])
  expect([-5, 999, 61_000, 7_200_000, 200_000_000].map(ageText)).toEqual([
    '0 seconds',
    '1 second',
    '1 minute',
    '2 hours',
    '2 days',
  ])
  expect(countText(1234, 'call')).toBe('1,234 calls')
})

test('the progress bar has one width and does not pass its end', () => {
  expect(progressBar(0, 20)).toBe(`${'░'.repeat(24)} 0 of 20 records`)
  expect(progressBar(10, 20)).toBe(`${'█'.repeat(12)}${'░'.repeat(12)} 10 of 20 records`)
  expect(progressBar(25, 20)).toBe(`${'█'.repeat(24)} 20 of 20 records`)
})

describe('colour', () => {
  const CASES: readonly (readonly [boolean, { readonly [name: string]: string }, boolean])[] = [
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [true, { NODE_DISABLE_COLORS: '1' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: 'false' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ]
  test.each(CASES)('terminal %s, %j: %s', (isTTY, env, isPainted) => {
    expect(paintFor({ isTTY }, env)('red', 'x') !== 'x').toBe(isPainted)
  })
})

test('NODE_OPTIONS: ours comes last, and once', () => {
  const once = withPreload({ NODE_OPTIONS: ' --no-warnings ', A: 'b' })
  expect(once).toMatchObject({
    A: 'b',
    NODE_OPTIONS: expect.stringMatching(/^--no-warnings --require=\/.*\/register\.cjs$/),
  })
  expect(withPreload(once)).toEqual(once)
  expect(withPreload({}).NODE_OPTIONS).toMatch(/^--require=\//)
})

test('no secret of any variable is listed', () => {
  const secret = [...OPTION_TABLE, ...OTEL_TABLE].filter((row) => row.secret)
  const env = Object.fromEntries(secret.map((row) => [row.env, 'top-secret']))
  expect(secret.length).toBeGreaterThan(2)
  const settings = listSettings({ ...env, NEATLOGS_ENDPOINT: 'https://u:top-secret@h/x' })
  expect(JSON.stringify(settings)).not.toContain('top-secret')
  for (const row of secret) expect(settings).toContainEqual({ name: row.env, value: '(set)', source: 'environment' })
  const exact = listSettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://h/v1/traces?key=top-secret' })
  expect(JSON.stringify(exact)).not.toContain('top-secret')
})
