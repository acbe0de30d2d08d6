// Other tools that hook modules, before and after us: they see what they saw without us, and we see every copy.
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../run.ts'
import { complaintsOf, copiesOf, type Ended, runChild, WAYS } from './run.ts'
import { makeTree } from './tree.ts'

const tree = makeTree()
const cwd = join(tree.root, 'main')
const others = placeOthers()

/** Its own physical copies of the packages: two copies of import-in-the-middle do not know each other. */
function placeOthers(): string {
  const folder = join(tree.root, 'others')
  cpSync(join(ROOT, 'test/integration/loading/others'), folder, { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  for (const name of ['import-in-the-middle', 'require-in-the-middle']) {
    cpSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
  }
  for (const name of ['module-details-from-path', 'cjs-module-lexer', 'es-module-lexer', 'debug', 'ms']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
  }
  // One that shares our copy: what npm's deduplication does with OpenTelemetry's.
  for (const name of ['hook-sync.mjs', 'count.mjs']) cpSync(join(folder, name), join(folder, 'sharing', name))
  mkdirSync(join(folder, 'sharing', 'node_modules'))
  symlinkSync(
    join(ROOT, 'node_modules/import-in-the-middle'),
    join(folder, 'sharing/node_modules/import-in-the-middle'),
  )
  return folder
}

const TOOLS: readonly { readonly name: string; readonly file: string; readonly flag: '--import' | '--require' }[] = [
  { name: 'import-in-the-middle, asynchronous', file: 'hook-async.mjs', flag: '--import' },
  { name: 'import-in-the-middle, in thread', file: 'hook-sync.mjs', flag: '--import' },
  { name: 'require-in-the-middle', file: 'require-hook.cjs', flag: '--require' },
  { name: 'a loader that gives CommonJS sources', file: 'sources.mjs', flag: '--import' },
  { name: 'a hook that gives bytes', file: 'bytes.mjs', flag: '--import' },
]

const PROGRAMS = [
  { program: 'esm.mjs', found: ['OpenAI esm 6.49.0'] },
  { program: 'cjs.cjs', found: ['OpenAI commonjs 6.49.0'] },
  { program: 'both.mjs', found: ['OpenAI commonjs 6.49.0', 'OpenAI esm 6.49.0'] },
] as const

/** What the user sees of a run; the other tool's deprecation warning (Node 26) names the process. */
const viewOf = ({ stdout, stderr, code }: Ended) => ({ stdout, stderr: stderr.replace(/\(node:\d+\)/g, ''), code })
const countOf = (ended: Ended) => ended.lines.filter((line) => 'other' in line)

describe.each(['20', '22', '24', '26'])('Node %s', (node) => {
  test.each(TOOLS.flatMap((tool) => PROGRAMS.map((row) => [tool.name, row.program, tool, row] as const)))(
    '%s: %s',
    async (_name, _program, tool, row) => {
      const theirs = [tool.flag, join(others, tool.file)]
      const child = { node, cwd, args: [row.program] }
      const alone = await runChild({ ...child, flags: theirs })
      const weFirst = await runChild({ ...child, way: WAYS.import(tree.neatlogs), flags: theirs })
      const theyFirst = await runChild({ ...child, way: { flag: theirs }, flags: [...WAYS.import(tree.neatlogs).flag] })
      for (const together of [weFirst, theyFirst]) {
        expect(complaintsOf(together)).toEqual([])
        expect(copiesOf(together)).toEqual(row.found)
        expect(countOf(together)).toEqual(countOf(alone))
        expect(viewOf(together)).toEqual(viewOf(alone))
      }
    },
  )
})

// `blind.mjs` keeps the file's load from every hook before it: only who wraps the module sees the class then.
test.each(['22', '24', '26'])('Node %s: the listener hears a loader that shares our copy', async (node) => {
  const ours = WAYS.import(tree.neatlogs).flag
  const theirs = (file: string) => ['--import', join(others, file)]
  const child = { node, cwd, args: ['esm.mjs'] }
  const alone = await runChild({ ...child, flags: [...theirs('sharing/hook-sync.mjs'), ...theirs('blind.mjs')] })
  const flags = [...theirs('sharing/hook-sync.mjs'), ...ours, ...theirs('blind.mjs')]
  const together = await runChild({ ...child, flags })
  expect(complaintsOf(together)).toEqual([])
  expect(together.lines).toContainEqual(expect.objectContaining({ name: 'OpenAI', format: 'esm', via: 'iitm' }))
  expect(countOf(together)).toEqual(countOf(alone))
  expect(viewOf(together)).toEqual(viewOf(alone))
})
