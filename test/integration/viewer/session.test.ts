// `GET /api/session?id=…`: the calls of one socket session, oldest first, with what was said; the newest hundred of a long one.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CallRecord } from '../../../src/record.ts'
import type { SessionAnswer } from '../../../src/viewer/api.ts'
import { startViewer, type Viewer } from '../../../src/viewer/server.ts'
import { buildPage } from './browser.ts'
import { makeRecords, writeRecords } from './records.ts'

const dir = mkdtempSync(join(tmpdir(), 'neatlogs-session-'))
let viewer: Viewer

beforeAll(async () => {
  const made = makeRecords({ count: 130, endMs: Date.now() - 1000, spanMs: 60_000 })
  const records = made.map((record, index): CallRecord => {
    const session_id = index < 110 ? 'sess_long' : index < 113 ? 'sess_short' : null
    const request = { model: 'gpt-realtime-2', body: { session: { instructions: 'Be brief.' }, input: [], n: index } }
    return { ...record, session_id, operation: 'realtime', method: 'realtime.response', request }
  })
  // Two files, so that what belongs together lies apart.
  writeRecords(dir, records.reverse(), 2)
  viewer = await startViewer({ dir, port: 0, pageDir: await buildPage() })
})
afterAll(async () => {
  await viewer.close()
  rmSync(dir, { recursive: true, force: true })
})

async function ask(id: string): Promise<{ readonly status: number; readonly body: SessionAnswer | null }> {
  const url = new URL(viewer.url)
  const headers = { authorization: `Bearer ${url.searchParams.get('token')}` }
  const answer = await fetch(`${url.origin}/api/session?id=${encodeURIComponent(id)}`, { headers })
  return { status: answer.status, body: answer.ok ? ((await answer.json()) as SessionAnswer) : null }
}

test('a session is its calls, oldest first, with their bodies', async () => {
  const { body } = await ask('sess_short')
  expect(body).toMatchObject({ session_id: 'sess_short', total: 3, before: 0 })
  expect(body?.calls.map(({ request }) => request)).toMatchObject([{ n: 110 }, { n: 111 }, { n: 112 }])
  expect(body?.calls.map(({ row }) => row.started_ms)).toEqual(body?.calls.map(({ row }) => row.started_ms).sort())
})

test('of a long session the newest hundred calls', async () => {
  const { body } = await ask('sess_long')
  expect([body?.total, body?.before, body?.calls.length]).toEqual([110, 10, 100])
  expect([body?.calls.at(0)?.request, body?.calls.at(-1)?.request]).toMatchObject([{ n: 10 }, { n: 109 }])
})

test.each(['', 'sess_none', '../sess_long'])('no session %j', async (id) => {
  expect((await ask(id)).status).toBe(404)
})
