// A program that gets to Node's threads only after openai: the memory its threads share is made in that moment
// (`beforeBuiltin` of src/hook/install.ts), so that they have one session.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { BELL_BYTES } from '../../../src/spool/bell.ts'
import { ROOT, runNode } from '../run.ts'

test.each([
  { node: '20', how: 'import' },
  { node: '24', how: 'import' },
  { node: '24', how: 'require' },
])('Node $node: threads by a late $how are of one session', async ({ node, how }) => {
  const run = await runNode({ app: 'threads-late.mjs', node, args: [how] })
  expect(run.code).toBe(0)
  expect(run.records.length).toBe(100)
  expect(new Set(run.records.map((record) => record.trace_id)).size).toBe(1)
})

test('the memory that is made before the doorbell is loaded has its size', () => {
  const register = pathToFileURL(join(ROOT, 'register.mjs')).href
  const ask = "console.log(require('node:worker_threads').getEnvironmentData('neatlogs.lane').byteLength)"
  const told = execFileSync(process.execPath, ['--import', register, '--eval', ask], { encoding: 'utf8' })
  expect(Number(told)).toBe(BELL_BYTES)
})
