// Symptom: a runtime that is not Node got a warning about "another tool's loader", or silence, and nothing was recorded. A Node that says it
// is one takes the same way; Bun and Deno themselves are in test/programs/runtimes.test.ts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTemp, ROOT, runNode } from '../run.ts'

test('one line, and the program runs on', async () => {
  const disguise = join(makeTemp('runtime'), 'disguise.cjs')
  writeFileSync(disguise, "Object.defineProperty(process, 'release', { value: { ...process.release, name: 'llrt' } })")
  for (const ours of [
    ['--import', join(ROOT, 'register.mjs')],
    ['--require', join(ROOT, 'register.cjs')],
  ]) {
    const run = await runNode({ app: 'chat.mjs', how: 'none', nodeArgs: ['--require', disguise, ...ours] })
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('chat.completion') })
    expect(run.stderr).toBe('neatlogs: llrt is not supported (Node >= 20.19, Bun and Deno are); nothing is recorded\n')
    expect(run.records).toEqual([])
  }
})
