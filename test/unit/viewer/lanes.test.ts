import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bootId, isOwnerAlive, pidNamespace, startTimeOf } from '../../../src/viewer/alive.ts'
import { makeFiles, pollFiles } from '../../../src/viewer/files.ts'
import { dropGone, readPending } from '../../../src/viewer/flight.ts'
import { readFrames } from '../../../src/viewer/frames.ts'
import { makeLanes, pollLanes } from '../../../src/viewer/lanes.ts'
import { readRow } from '../../../src/viewer/rows.ts'
import { makeTable, rowsByStart } from '../../../src/viewer/table.ts'
import { makeLane, openHead } from '../../integration/viewer/lanes.ts'
import { lineOf, makeRecords } from '../../integration/viewer/records.ts'

const [record] = makeRecords({ count: 1, endMs: 1_760_000_000_000, spanMs: 1000 })
const BODY = JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'Hello?' }] })

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'neatlogs-lanes-'))
  mkdirSync(join(dir, 'records'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function openFolder() {
  const table = makeTable()
  const files = makeFiles(dir, table)
  const lanes = makeLanes(dir, table, readFrames)
  const look = async () => {
    const gone = await pollLanes(lanes)
    await pollFiles(files)
    dropGone(lanes, gone)
  }
  const rows = () => [...rowsByStart(table)].map((row) => readRow(table, row))
  return { lanes, look, rows }
}

describe('lanes', () => {
  test('an open frame is a call in flight, with what its request tells', async () => {
    const lane = makeLane(dir)
    const { lanes, look, rows } = openFolder()
    lane.append(openHead('a', 1_760_000_000_123.5), BODY)
    await look()
    expect(rows()).toMatchObject([
      {
        id: 'a',
        status: 'in_flight',
        model: 'gpt-4o',
        operation: 'chat',
        stream: true,
        prompt: 'Hello?',
        service: 'support-bot',
        trace_id: 'trace-live',
        tags: ['prod'],
        started_ms: 1_760_000_000_123.5,
        duration_ms: null,
      },
    ])
    expect(await readPending(lanes, 'a')).toMatchObject({
      method: 'chat.completions.create',
      server_address: 'api.openai.com',
      request: { body: JSON.parse(BODY) },
      started_at: '1760000000123500000',
    })
  })

  test('its close frame tells the end; its record takes the row over', async () => {
    const lane = makeLane(dir)
    const { look, rows } = openFolder()
    const id = record?.id ?? ''
    const at = Number(record?.started_at) / 1e6
    lane.append(openHead(id, at), BODY)
    await look()
    lane.append({
      t: 'close',
      id,
      status: 'error',
      ms: 900,
      httpStatus: 500,
      attempts: [],
      error: { type: 'E', message: 'broken' },
    })
    await look()
    expect(rows()).toMatchObject([
      { status: 'error', duration_ms: 900, http_status: 500, answer: 'broken', model: 'gpt-4o', prompt: 'Hello?' },
    ])
    appendFileSync(join(dir, 'records', 'x.ndjson'), '')
    await look()
    appendFileSync(join(dir, 'records', 'x.ndjson'), record ? lineOf(record) : '')
    lane.remove()
    await look()
    expect(rows()).toMatchObject([{ id, status: record?.status, duration_ms: record?.duration_ms }])
  })

  test('goes when its segment goes without a record', async () => {
    const lane = makeLane(dir)
    const { look, rows } = openFolder()
    lane.append(openHead('a', 1_760_000_000_000), BODY)
    await look()
    lane.remove()
    await look()
    expect(rows()).toEqual([])
  })

  test('is incomplete when its process is gone', async () => {
    const gone = { bootId: bootId(), pidNamespace: pidNamespace(), startTime: '1' }
    makeLane(dir, gone).append(openHead('a', 1_760_000_000_000), BODY)
    const { look, rows } = openFolder()
    await look()
    expect(rows()).toMatchObject([{ status: 'incomplete' }])
  })

  test('a finished record in a segment is shown as it is', async () => {
    const lane = makeLane(dir)
    lane.append({ t: 'record', id: record?.id ?? '' }, JSON.stringify(record))
    const { lanes, look, rows } = openFolder()
    await look()
    expect(rows()).toMatchObject([{ id: record?.id, status: record?.status, model: record?.request.model }])
    expect(await readPending(lanes, record?.id ?? '')).toEqual(JSON.parse(JSON.stringify(record)))
  })

  test('waits for the rest of a frame, and takes bodies that are no JSON', async () => {
    const lane = makeLane(dir)
    const { look, rows } = openFolder()
    lane.append(openHead('a', 1_760_000_000_000), 'not json')
    appendFileSync(lane.segment, '{"bytes":100,"t":"open","id":"b"')
    await look()
    expect(rows()).toMatchObject([{ id: 'a', prompt: '', model: null }])
  })
})

test.each([
  { t: 'open', id: 'odd' },
  { t: 'open', id: 'odd', url: 7, at: 'then' },
  { t: 'close', id: 'a' },
  { t: 'close', id: 'a', status: null, error: { message: 5 } },
  { t: 'record', id: 'odd' },
])('an odd frame keeps no others from being shown: %j', async (odd) => {
  const lane = makeLane(dir)
  const { look, rows } = openFolder()
  lane.append(openHead('a', 1_760_000_000_000), BODY)
  lane.append(odd as never, '[]')
  lane.append(openHead('b', 1_760_000_000_000), BODY)
  await look()
  await look()
  expect(rows().map(({ id }) => id)).toEqual(expect.arrayContaining(['a', 'b']))
})

describe('isOwnerAlive', () => {
  const self = {
    bootId: bootId(),
    pidNamespace: pidNamespace(),
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? '',
  }
  test('by pid and start time where boot and namespace are ours', () => {
    expect(self.bootId).toMatch(/^[0-9a-f]{8}$/)
    expect(isOwnerAlive(self, 0, 1e12)).toBe(true)
    expect(isOwnerAlive({ ...self, startTime: '7' }, 1e12, 1e12)).toBe(false)
  })
  test('by a lease elsewhere', () => {
    const other = { ...self, bootId: '00000000', hostname: 'other' }
    expect(isOwnerAlive(other, 1e12 - 100_000, 1e12)).toBe(true)
    expect(isOwnerAlive(other, 1e12 - 200_000, 1e12)).toBe(false)
  })
})
