import { describe, expect, test } from 'vitest'
import { entryOf } from '../../../src/viewer/entry.ts'
import { filterRows, parseFilter } from '../../../src/viewer/filter.ts'
import { readRow } from '../../../src/viewer/rows.ts'
import {
  type Entry,
  idOfRow,
  makeTable,
  NO_FILE,
  putEntry,
  removeFile,
  removeRow,
  rowsByStart,
  type Table,
} from '../../../src/viewer/table.ts'
import { makeRecords } from '../../integration/viewer/records.ts'

const NOW = 1_760_000_000_000

function entry(id: string, startedMs: number, more: Partial<Entry> = {}): Entry {
  const known = entryOf({ id, started_at: `${startedMs}000000`, status: 'ok' })
  if (known === null) throw new Error('no entry')
  return { ...known, ...more }
}

function idsOf(table: Table, rows: ArrayLike<number>): string[] {
  return Array.from(rows, (row) => idOfRow(table, row))
}

describe('entryOf', () => {
  test('reads a whole record and gives it back as a row', () => {
    const [record] = makeRecords({ count: 1, endMs: NOW, spanMs: 1000 })
    const made = entryOf(record)
    if (!record || !made) throw new Error('no entry')
    const table = makeTable()
    const row = putEntry(table, made, { file: 0, offset: 10, bytes: 20 })
    expect(made).toMatchObject(readRow(table, row))
    expect(made).toMatchObject({ id: record.id, model: record.request.model, status: record.status, tags: record.tags })
    expect(made.started_ms).toBeCloseTo(Number(record.started_at) / 1e6, 2)
  })

  test.each([
    ['no object', 3],
    ['pino’s own line', { level: 30, time: 1, msg: 'hello' }],
    ['no id', { started_at: '1760000000000000000' }],
    ['no time', { id: 'a' }],
    ['a time that is no number', { id: 'a', started_at: 'yesterday' }],
  ])('refuses %s', (_name, value) => {
    expect(entryOf(value)).toBeNull()
  })

  test('takes what is there when types are wrong', () => {
    const made = entryOf({
      id: 'a',
      started_at: '1760000000000000000',
      status: 'in_flight',
      usage: 3,
      tags: 'x',
      request: [],
      attempts: {},
    })
    expect(made).toMatchObject({
      id: 'a',
      status: 'incomplete',
      input_tokens: null,
      tags: [],
      model: null,
      attempts: 0,
    })
  })
})

describe('rowsByStart', () => {
  test('is ordered whatever the order of arrival, over the first growth', () => {
    const table = makeTable()
    const starts = Array.from({ length: 9000 }, (_, i) => NOW + ((i * 7919) % 9000))
    for (const [i, start] of starts.entries()) {
      putEntry(table, entry(`id-${i}`, start), { file: 0, offset: i, bytes: 1 })
      if (i % 1000 === 0) rowsByStart(table)
    }
    const ordered = Array.from(rowsByStart(table), (row) => table.columns.started[row] ?? 0)
    expect(ordered).toEqual([...starts].sort((a, b) => a - b))
  })

  test('a record replaces the call in flight in place', () => {
    const table = makeTable()
    const place = { file: NO_FILE, offset: 0, bytes: 0 }
    const first = putEntry(table, entry('a', NOW, { status: 'in_flight' }), place)
    expect(table.inFlight).toBe(1)
    const second = putEntry(table, entry('a', NOW, { duration_ms: 5 }), { file: 0, offset: 0, bytes: 9 })
    expect(second).toBe(first)
    expect(table.inFlight).toBe(0)
    expect(readRow(table, first)).toMatchObject({ status: 'ok', duration_ms: 5 })
    putEntry(table, entry('a', NOW, { status: 'in_flight' }), place)
    expect(readRow(table, first).status).toBe('ok')
    expect(rowsByStart(table)).toHaveLength(1)
  })

  test('keeps or replaces a duplicate', () => {
    const table = makeTable()
    putEntry(table, entry('a', NOW, { duration_ms: 1 }), { file: 0, offset: 5, bytes: 9 })
    putEntry(table, entry('a', NOW, { duration_ms: 2 }), { file: 0, offset: 0, bytes: 9 }, true)
    expect(readRow(table, 0).duration_ms).toBe(1)
    putEntry(table, entry('a', NOW + 60_000, { duration_ms: 3 }), { file: 0, offset: 9, bytes: 9 })
    expect(readRow(table, 0)).toMatchObject({ duration_ms: 3, started_ms: NOW + 60_000 })
  })

  test('forgets a removed row and a removed file', () => {
    const table = makeTable()
    for (const [i, id] of ['a', 'b', 'c', 'd'].entries())
      putEntry(table, entry(id, NOW + i), { file: i % 2, offset: 0, bytes: 1 })
    removeRow(table, 0)
    expect(idsOf(table, rowsByStart(table))).toEqual(['b', 'c', 'd'])
    removeFile(table, 1)
    expect(idsOf(table, rowsByStart(table))).toEqual(['c'])
    putEntry(table, entry('b', NOW), { file: 2, offset: 0, bytes: 1 })
    expect(idsOf(table, rowsByStart(table))).toEqual(['b', 'c'])
  })
})

describe('filterRows', () => {
  const table = makeTable()
  const calls: Partial<Entry>[] = [
    { status: 'ok', model: 'gpt-4o', operation: 'chat', tags: ['prod', 'a'], trace_id: 't1', service: 's1' },
    { status: 'error', model: 'gpt-4o', operation: 'chat', tags: ['prod'], trace_id: 't1', service: 's2' },
    { status: 'aborted', model: 'o4-mini', operation: 'responses', tags: [], trace_id: 't2', service: 's1' },
    { status: 'ok', model: null, operation: 'embeddings', tags: ['b'], trace_id: 't2', service: 's1' },
  ]
  for (const [i, call] of calls.entries())
    putEntry(table, entry(String(i), NOW + i * 60_000, call), { file: 0, offset: i, bytes: 1 })

  test.each([
    ['', ['3', '2', '1', '0']],
    ['status=error&status=aborted', ['2', '1']],
    ['status=nonsense', ['3', '2', '1', '0']],
    ['model=gpt-4o', ['1', '0']],
    ['model=unknown', []],
    ['operation=embeddings', ['3']],
    ['service=s1&status=ok', ['3', '0']],
    ['tag=prod', ['1', '0']],
    ['tag=pro', []],
    ['trace=t2', ['3', '2']],
    ['since=2m', ['3', '2']],
    ['since=soon', ['3', '2', '1', '0']],
    [`from=${NOW + 60_000}&to=${NOW + 120_000}`, ['2', '1']],
  ])('%s', (query, ids) => {
    const filter = parseFilter(new URLSearchParams(query), NOW + 3 * 60_000 + 1000)
    expect(idsOf(table, filterRows(table, filter))).toEqual(ids)
  })
})

describe('the filters of the page', () => {
  const table = makeTable()
  const put = (id: string, more: object) => {
    const made = entryOf({ id, started_at: `${NOW}000000`, ...more })
    if (made) putEntry(table, made, { file: 0, offset: 0, bytes: 1 })
  }
  put('a', { user_id: 'anna', conversation_id: 'c1', cost_usd: 0.02, duration_ms: 900, request: { model: 'gpt-4o' } })
  put('b', {
    user_id: 'Anton',
    cost_usd: 0.2,
    duration_ms: 2500,
    response: { model: 'gpt-4o-mini' },
    request: { model: 'alias' },
  })
  put('c', { status: 'error', http_status: 429, error: { code: 'rate_limit_exceeded', type: 'RateLimitError' } })
  put('d', { status: 'ok', http_status: 200, tags: ['x'] })

  test.each([
    ['user=an*', ['a', 'b']],
    ['user=anna', ['a']],
    ['user=', ['a', 'b', 'c', 'd']],
    ['user=*', ['a', 'b']],
    ['error=429', ['c']],
    ['error=200', []],
    ['error=rate*', ['c']],
    ['error=RateLimitError&user=anna', []],
    ['model=gpt-4o*', ['a', 'b']],
    ['model=alias', ['b']],
    ['conversation=c1', ['a']],
    ['conversation=c2', []],
    ['min_cost=0.1', ['b']],
    ['min_cost=x', ['a', 'b', 'c', 'd']],
    ['min_latency=1', ['b']],
    ['min_latency=800ms', ['a', 'b']],
    ['meta=no-field', ['a', 'b', 'c', 'd']],
  ])('%s', (query, ids) => {
    const filter = parseFilter(new URLSearchParams(query), NOW)
    expect(idsOf(table, filterRows(table, filter)).sort()).toEqual(ids)
  })

  test('words and fields of metadata are left to the records', () => {
    const wanted = (query: string) => parseFilter(new URLSearchParams(query), NOW).wanted
    expect(wanted('q=a+b&meta=plan%3Dpro&meta=x%3Da%3Db')).toEqual({
      text: 'a b',
      metadata: [
        ['plan', 'pro'],
        ['x', 'a=b'],
      ],
    })
    expect(wanted('meta=%3Dx&q=')).toBeNull()
  })
})
