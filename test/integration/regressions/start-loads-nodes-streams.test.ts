// An import of `node:fs` reads all its exports, and some load Node's streams, promises and readline: 10 ms of every program's start. What the
// preload makes Node load beyond the bare program is named here, so that the next such import shows itself.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeBinary } from '../../../fixtures/node.mjs'
import { makeTemp, ROOT } from '../run.ts'

/** Loaded by the hook itself. A look at `performance` would load eleven modules more. */
const NEEDED = /^(?:module|internal\/(?:source_map\/.*|process\/pre_execution|modules\/esm\/.*))$/

// Node 20 runs its hooks in a thread, which needs most of these anyway.
test.each(['22', '24', '26'])('Node %s loads none of them for the preload', async (node) => {
  const folder = makeTemp('start')
  const lister = join(folder, 'list.cjs')
  const program = join(folder, 'program.mjs')
  writeFileSync(lister, "process.on('exit', () => console.log(process.moduleLoadList.join('\\n')))")
  writeFileSync(program, '')
  const binary = await nodeBinary(node)
  const loaded = (flags: readonly string[]): string[] => {
    const env = { PATH: process.env.PATH, NEATLOGS_DIR: join(folder, 'neatlogs') }
    const text = execFileSync(binary, ['--require', lister, ...flags, program], { encoding: 'utf8', env })
    return text.split('\n').flatMap((line) => /^NativeModule (.*)$/.exec(line)?.[1] ?? [])
  }
  const bare = new Set(loaded([]))
  const more = loaded(['--import', join(ROOT, 'register.mjs')]).filter((name) => !bare.has(name))
  expect(more.filter((name) => !NEEDED.test(name))).toEqual([])
})
