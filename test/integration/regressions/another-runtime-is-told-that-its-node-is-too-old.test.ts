// Symptom: Bun got a warning about "another tool's loader" and Deno silence, and both recorded nothing. Not run by them here (their binaries
// are 100 MB each): a Node that says it is one takes the same way, and they were tried by hand (docs/decisions.md).
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTemp, ROOT, runNode } from '../run.ts'

test.each([
  ['bun', 'Bun'],
  ['deno', 'Deno'],
])('%s gets one line and runs on', async (key, name) => {
  const disguise = join(makeTemp('runtime'), 'disguise.cjs')
  writeFileSync(
    disguise,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, ${key}: '1.0.0' } })`,
  )
  for (const ours of [
    ['--import', join(ROOT, 'register.mjs')],
    ['--require', join(ROOT, 'register.cjs')],
  ]) {
    const run = await runNode({ app: 'chat.mjs', how: 'none', nodeArgs: ['--require', disguise, ...ours] })
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('chat.completion') })
    expect(run.stderr).toBe(`neatlogs: ${name} is not supported yet (Node >= 20.19 is); nothing is recorded\n`)
    expect(run.records).toEqual([])
  }
})
