// `neatlogs ship` and lanes that are not as they should be: an odd frame keeps no others back, and the two halves of a call that lie in
// two lanes of a dead process become one record.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import type { FrameBody, FrameHead } from '../../../src/frame.ts'
import { readFrames } from '../../../src/spool/read.ts'
import { makeRecord } from '../../unit/destinations/records.ts'
import { writeSegment } from '../../unit/shipper/frames.ts'
import { makeTemp, readRecords } from '../run.ts'
import { runCommand } from './command.ts'
import { killProgram, lanesOf } from './killed.ts'

type Frame = readonly [FrameHead, FrameBody?]

const newDir = (): string => join(makeTemp('ship-lanes'), 'neatlogs')
const segmentsOf = (lane: string): string[] => readdirSync(lane).filter((name) => name.endsWith('.seg'))

function framesOf(lane: string): Frame[] {
  return segmentsOf(lane).flatMap((name) => {
    const bytes = readFileSync(join(lane, name))
    return readFrames(bytes, bytes.length).frames.map(
      ({ head, start, end }) => [head, bytes.subarray(start, end)] as const,
    )
  })
}

/** What only a bug, or another version, can have written; each takes another way through join and decoder. */
const ODD: readonly (readonly [object, string])[] = [
  [{ t: 'record', id: 'odd-1' }, 'null'],
  [{ t: 'record', id: 'odd-2' }, '{"id":"odd-2"}'],
  [{ t: 'record', id: 'odd-3' }, '{"id":'],
  [{ t: 'open', id: 'odd-4', url: 7, at: 'then' }, '{}'],
  [{ t: 'close', id: 'odd-4', status: 'ok', attempts: 'none' }, '{}'],
  [{ t: 'open', id: 'odd-5' }, ''],
  [{ t: 'part', id: 'odd-5' }, 'x'],
  [{ t: 'close', id: 'odd-5' }, 'x'],
  [{ t: 'lost', id: 'odd-6', count: 'many' }, ''],
  [{ t: 'lost', id: 'odd-7' }, ''],
]

test('odd frames before all others keep none of them from the record files; they are counted and said', async () => {
  const dir = newDir()
  mkdirSync(dir, { mode: 0o700 })
  const records = join(dir, 'records')
  writeFileSync(records, '') // no folder: nothing can be delivered
  await killProgram({ dir, env: { NEATLOGS_EXPORTER: 'file' }, calls: 5 })
  rmSync(records)
  const lane = join(dir, 'lanes', lanesOf(dir)[0] ?? '')
  const unwritable = makeRecord({ id: 'odd-8', request: { model: { toString: 1 } as never, body: null } })
  const last: Frame = [{ t: 'record', id: 'odd-8' }, JSON.stringify(unwritable)]
  writeSegment(lane, 't0', 0, [...(ODD as readonly Frame[]), last])
  const ended = await runCommand({ args: ['ship'], env: { NEATLOGS_DIR: dir, NEATLOGS_EXPORTER: 'file' } })
  const delivered = readRecords(dir).records
  const sound = delivered.filter(({ id }) => !id.startsWith('odd-'))
  expect(sound.map(({ status }) => status)).toEqual(Array(5).fill('ok'))
  // Heads of the wrong kinds are made sound: what is left of that call is a record.
  expect(delivered.filter((record) => !sound.includes(record)).map(({ id }) => id)).toEqual(['odd-4'])
  expect(lanesOf(dir)).toEqual([])
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('"code":"unreadable","id":"odd-1"') })
  expect(ended.stdout).toMatch(/^delivered 6 records to file\nrefused for good 1 record: .*\nlost 4 records: /)
  const refused = readFileSync(join(dir, 'rejected.ndjson'), 'utf8').trimEnd().split('\n')
  expect(refused.map((line) => (JSON.parse(line) as { record: { id: string } }).record.id)).toEqual(['odd-8'])
})

test('a call whose begin lies in one lane of a dead process and whose end in another: one whole record, once', async () => {
  const server = await startNeatlogs({ faults: { status: 503 } })
  const dir = newDir()
  const env = { NEATLOGS_API_KEY: 'nl-test-lanes', NEATLOGS_ENDPOINT: server.url }
  await killProgram({ dir, env, calls: 3 })
  const lane = join(dir, 'lanes', lanesOf(dir)[0] ?? '')
  const later = lane.replace(/-[0-9a-z]+\.lane$/, '-zzzz.lane')
  const frames = framesOf(lane)
  cpSync(lane, later, { recursive: true })
  for (const folder of [lane, later]) for (const name of segmentsOf(folder)) rmSync(join(folder, name))
  const isBegin = ([head]: Frame): boolean => head.t === 'open'
  writeSegment(lane, 't0', 1, frames.filter(isBegin))
  writeSegment(
    later,
    't0',
    1,
    frames.filter((frame) => !isBegin(frame)),
  )
  server.setFault(null)
  const ended = await runCommand({ args: ['ship'], env: { NEATLOGS_DIR: dir, ...env } })
  await server.close()
  const calls = server.spans().filter(({ attributes }) => attributes['neatlogs.record.id'] !== undefined)
  expect(calls.map(({ attributes }) => attributes['neatlogs.record.status'])).toEqual(['ok', 'ok', 'ok'])
  expect(new Set(server.ids()).size).toBe(3)
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(lanesOf(dir)).toEqual([])
})

test('forty lanes at once, beside a server that takes its time: nothing is said about listeners', async () => {
  const server = await startNeatlogs({ faults: { status: 503 } })
  const dir = newDir()
  const env = { NEATLOGS_API_KEY: 'nl-test-lanes', NEATLOGS_ENDPOINT: server.url }
  await killProgram({ dir, env, calls: 1 })
  const lane = join(dir, 'lanes', lanesOf(dir)[0] ?? '')
  for (let at = 0; at < 40; at++) {
    // Of forty processes, all of which have ended.
    cpSync(lane, lane.replace(/-\d+-(\d+)-([^-]*-[^-]*-[^-]*\.lane)$/, `-${5_000_000 + at}-$1-$2`), { recursive: true })
  }
  expect(lanesOf(dir)).toHaveLength(41)
  server.setFault({ delayMs: 300 })
  const ended = await runCommand({ args: ['ship'], env: { NEATLOGS_DIR: dir, ...env } })
  await server.close()
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(lanesOf(dir)).toEqual([])
})
