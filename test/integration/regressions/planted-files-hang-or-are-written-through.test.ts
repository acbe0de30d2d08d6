// Symptom: a pipe named `lane.json` hung `ship`, `doctor` and `view` for ever, as one named like a segment, a done log or a record file did `tail`;
// `tail` read what a link in the folder of records pointed to; a link planted as `rejected.ndjson` or a done log was written through; the folders
// of metrics and counted answers were made in a root that everything else refused.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCounted } from '../../../src/shipper/counted.ts'
import { openDoneLog } from '../../../src/shipper/done.ts'
import { openPeril } from '../../../src/shipper/peril.ts'
import { keepRejected } from '../../../src/shipper/rejects.ts'
import { createLane } from '../../../src/spool/lane.ts'
import { noteFrame } from '../../../src/spool/segment.ts'
import { makeRecord } from '../../unit/destinations/records.ts'
import { eventually, runCommand, startCommand } from '../cli/command.ts'
import { DOWN, killProgram, lanesOf } from '../cli/killed.ts'
import { makeTemp } from '../run.ts'

const KEYED = { NEATLOGS_API_KEY: 'k', NEATLOGS_ENDPOINT: DOWN }
const pipe = (path: string): void => void execFileSync('mkfifo', [path])

/** A root with one ended lane and one record file, and pipes and links wherever a name of ours may be. */
async function plant(): Promise<{ root: string; secret: string }> {
  const root = join(makeTemp('planted'), 'neatlogs')
  await killProgram({ dir: root, env: KEYED, calls: 2 })
  const [lane = ''] = lanesOf(root)
  const dead = join(root, 'lanes', lane)
  pipe(join(dead, 't9-00000001.seg'))
  pipe(join(dead, 't0-00000001.seg.neatlogs.done'))
  pipe(join(dead, 'neatlogs.peril'))
  const odd = join(root, 'lanes', lane.replace(/-[0-9a-z]+\.lane$/, '-aaaa.lane'))
  mkdirSync(odd, { mode: 0o700 })
  for (const name of ['lane.json', 'lane.copy.json', 't0-00000001.seg']) pipe(join(odd, name))
  mkdirSync(join(root, 'records'), { recursive: true, mode: 0o700 })
  pipe(join(root, 'records', '2026-01-01-h-1-aaaa.ndjson'))
  pipe(join(root, 'rejected.ndjson'))
  const secret = join(makeTemp('secret'), 'other.ndjson')
  writeFileSync(secret, `${JSON.stringify({ ...makeRecord({}), level: 30, time: 1, msg: 'of another' })}\n`)
  symlinkSync(secret, join(root, 'records', '2026-01-02-h-1-bbbb.ndjson'))
  return { root, secret }
}

test('ship, doctor, tail and view look at pipes and links and go on', async () => {
  const { root } = await plant()
  const env = { NEATLOGS_DIR: root, ...KEYED }
  const ship = await runCommand({ args: ['ship', '--timeout', '3s'], env })
  expect(ship).toMatchObject({ code: 1, stdout: expect.stringContaining('delivered 0 records') })
  const doctor = await runCommand({ args: ['doctor'], env })
  expect(doctor.stdout).toContain('calls')
  const tail = await runCommand({ args: ['tail', '--json'], env })
  expect(tail.stdout).not.toContain('of another')
  const view = startCommand({ args: ['view', '--port', '0'], env })
  await eventually(() => view.stdout()).toContain('http://127.0.0.1')
  view.child.kill()
}, 60_000)

test('a link or a pipe in the place of a file of ours is not written through', () => {
  const at = makeTemp('links')
  const victim = join(at, 'victim')
  const names = ['rejected.ndjson', 's.seg.file.done', 'file.peril', 's.seg']
  for (const name of names) symlinkSync(victim, join(at, name))
  expect(() => keepRejected(at, ['x'])).toThrow()
  openDoneLog(at, 'file').add([{ id: 'x', segments: [{ name: 's.seg' }] }])
  openPeril(at, 'file').enter('x')
  expect(() => noteFrame(join(at, 's.seg'), { t: 'lost', id: 'x', count: 1, reason: '' })).toThrow()
  expect(existsSync(victim)).toBe(false)
})

test('a root that is refused is used for nothing', () => {
  const at = makeTemp('refused')
  mkdirSync(join(at, 'theirs'), { mode: 0o700 })
  const root = join(at, 'root')
  symlinkSync(join(at, 'theirs'), root)
  const usage = { ...makeRecord({}).usage, total_tokens: 3 }
  const body = { id: 'resp_1', object: 'response', background: true, status: 'completed' }
  const record = makeRecord({ usage, response: { ...makeRecord({}).response, body } })
  expect(openCounted(root)(record, {} as never).usage).toEqual(usage)
  expect(() => keepRejected(root, ['x'])).toThrow()
  expect(() => createLane(root, 'h-1-1-1-1-aa.lane', {} as never)).toThrow()
  expect(readdirSync(join(at, 'theirs'))).toEqual([])
})
