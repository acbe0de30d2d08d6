// `neatlogs stats` over real record files: a table, JSON and CSV; filters; no records; damaged lines; a pipe whose reader leaves.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { encodeLine } from '../../../src/destinations/line.ts'
import { makeFailure, makeRecord } from '../../unit/destinations/records.ts'
import { makeTemp } from '../run.ts'
import { CLI, cleanEnv, runCommand, startProgram } from './command.ts'

const YESTERDAY_NOON = new Date().setHours(12, 0, 0, 0) - 86_400_000
const ns = (ms: number): string => `${ms}000000`

let dir = ''
const stats = (words: string) =>
  runCommand({ args: ['stats', ...words.split(' ').filter(Boolean)], env: { NEATLOGS_DIR: dir } })

beforeAll(() => {
  dir = join(makeTemp('stats'), 'neatlogs')
  mkdirSync(join(dir, 'records'), { recursive: true, mode: 0o700 })
  const at = (ms: number) => ({ started_at: ns(ms - 500), ended_at: ns(ms) })
  const lines = [
    makeRecord({ id: 'a', tags: ['search'], cost_usd: 0.5, ...at(YESTERDAY_NOON) }),
    makeRecord({ id: 'b', tags: ['chat'], cost_usd: 1.5, ...at(YESTERDAY_NOON + 1000) }),
    makeRecord({ id: 'c', tags: ['chat'], cost_usd: 2, ...at(YESTERDAY_NOON + 86_400_000) }),
    makeFailure({ id: 'd', tags: ['chat'], ...at(YESTERDAY_NOON) }),
  ].map(encodeLine)
  writeFileSync(
    join(dir, 'records', 'a.ndjson'),
    `${lines[0]}not json\n${lines[2]}{"level":30,"msg":"pino"}\n{"id":"cut\n`,
  )
  writeFileSync(join(dir, 'records', 'b.ndjson'), `${lines[1]}${lines[3]}${lines[0]}{"id":"still being wr`)
})

describe('what did yesterday cost, by feature?', () => {
  test('--since yesterday --until today --by tag', async () => {
    const ended = await stats('--since yesterday --until today --by tag')
    expect(ended.code).toBe(0)
    const { total, groups } = JSON.parse(ended.stdout) as { total: unknown; groups: readonly unknown[] }
    expect(total).toMatchObject({ calls: 3, errors: 1, cost_usd: 2 })
    expect(groups).toMatchObject([
      { key: 'chat', calls: 2, errors: 1, cost_usd: 1.5, share: 0.75, dearest_call: 'b' },
      { key: 'search', calls: 1, cost_usd: 0.5 },
    ])
  })

  test('by day', async () => {
    const { stdout } = await stats('--by day --csv')
    const [head, ...rows] = stdout.trimEnd().split('\n')
    expect(head).toMatch(/^day,calls,errors,.*,latency_p50_ms,latency_p95_ms,latency_p99_ms,first_token_p50_ms/)
    expect(rows.map((row) => row.split(',').slice(1, 3))).toEqual([
      ['3', '1'],
      ['1', '0'],
    ])
  })
})

test('each record once; damaged lines are counted, lines of others are not', async () => {
  const ended = await stats('')
  expect(JSON.parse(ended.stdout)).toMatchObject({ by: 'model', damaged_lines: 2, total: { calls: 4 } })
  expect(ended.stderr).toContain(`2 lines are damaged and left out, in ${join(dir, 'records')}`)
})

test('--table in a pipe, without colour', async () => {
  const { stdout } = await stats('--table --by tag -n 1')
  expect(stdout).toMatch(/^4 calls · 1 error · \$4\.00 · /)
  expect(stdout).toMatch(/\ntag +calls +errors +p50 .* cost +share\nchat +3 +1 .* \$3\.50 +88 %\n/)
  expect(stdout).not.toContain('search')
  expect(stdout).not.toContain('\u001b')
})

test('on a terminal: a table of its width, in colour', async () => {
  const { NO_COLOR: _, ...env } = cleanEnv({ NEATLOGS_DIR: dir, TERM: 'xterm' })
  const command = `stty cols 40; "${process.execPath}" "${CLI}" stats --by tag`
  const { stdout } = await startProgram('script', ['-qec', command, '/dev/null'], { env, cwd: makeTemp('cwd') }, '')
    .ended
  expect(stdout).toContain('\u001b[1mtotal')
  const [, table = ''] = stripVTControlCharacters(stdout).replaceAll('\r', '').split('\n\n')
  const [head, ...rows] = table.split('\n')
  expect(rows.length).toBeGreaterThan(2)
  expect(head).toMatch(/^tag +calls .*cost +share$/)
  for (const row of [head, ...rows]) expect(row?.length).toBeLessThanOrEqual(40)
})

test.each([
  ['--tag search', 1],
  ['--min-cost 1.5', 2],
  ['--min-latency 10s', 0],
  ['--error 429', 1],
  ['--service my-* --user u_456', 4],
  ['--text hello', 3],
  ['--text nobody', 0],
])('%s: %i calls', async (words, calls) => {
  const ended = await stats(words)
  expect((JSON.parse(ended.stdout) as { total: { calls: number } }).total.calls).toBe(calls)
  if (calls === 0) expect(ended.stderr).toContain(`no record passes the filter in ${dir}`)
})

test('no records: says where it looked', async () => {
  const ended = await runCommand({ args: ['stats', '--table'], env: { NEATLOGS_DIR: makeTemp('none') } })
  expect(ended).toMatchObject({ code: 0, stdout: '' })
  expect(ended.stderr).toContain('no records in')
})

test.each([
  ['--by colour', "option '--by <what>' argument 'colour' is invalid. It must be one of model, tag, service"],
  ['--since never', 'today, yesterday'],
  ['--min-cost much', 'It must be an amount of US dollars such as 0.05'],
  ['--min-latency slow', 'It must be a duration such as 30s'],
  ['--dir /no/such/folder', '"/no/such/folder" does not exist'],
])('%s: exit code 2, and what is allowed', async (words, message) => {
  const ended = await stats(words)
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toContain(message)
})

test('memory does not grow with the number of calls', async () => {
  const big = join(makeTemp('big'), 'neatlogs')
  mkdirSync(join(big, 'records'), { recursive: true, mode: 0o700 })
  const [head, tail] = encodeLine(makeRecord({ id: '@@', tags: ['chat'] })).split('@@')
  for (let file = 0; file < 8; file++) {
    const lines = Array.from({ length: 5000 }, (_, at) => `${head}${file * 5000 + at}${tail}`)
    appendFileSync(join(big, 'records', 'a.ndjson'), lines.join(''))
  }
  // 60 MB of records through a heap of 24 MB.
  const args = ['--max-old-space-size=24', '--max-semi-space-size=2', CLI, 'stats', '--by', 'prompt']
  const running = startProgram(
    process.execPath,
    args,
    { env: cleanEnv({ NEATLOGS_DIR: big }), cwd: makeTemp('cwd') },
    '',
  )
  const ended = await running.ended
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(ended.stdout)).toMatchObject({ total: { calls: 40_000 } })
})
