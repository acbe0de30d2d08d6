// `npm run coverage` counts a line of src when any process or thread ran the line of dist that was made of it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addScript, type Lines } from '../coverage/lines.mjs'
import { openCollector } from '../coverage/v8-files.mjs'

// Line N of dist is line N + 1 of src.
const DIST = `import { Worker } from 'node:worker_threads'
export function inMain() {
  return 1
}
export function inThread() {
  return 2
}
export function nowhere() {
  return 3
}
if (process.argv[2] === 'main') new Worker(new URL(import.meta.url))
if (process.argv[2] === 'main') inMain()
else inThread()
`
const MAPPINGS = `AACA${';AACA'.repeat(DIST.split('\n').length - 2)}`

test('main thread and worker thread of a child count, lines that nobody ran do not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'neatlogs-coverage-'))
  for (const folder of ['src', 'dist', 'out']) mkdirSync(join(root, folder))
  writeFileSync(join(root, 'src/a.ts'), `// head\n${DIST}`)
  writeFileSync(join(root, 'dist/a.js'), DIST)
  const map = { version: 3, file: 'a.js', sources: ['../src/a.ts'], names: [], mappings: MAPPINGS }
  writeFileSync(join(root, 'dist/a.js.map'), JSON.stringify(map))
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  const out = join(root, 'out')
  execFileSync(process.execPath, [join(root, 'dist/a.js'), 'main'], { env: { NODE_V8_COVERAGE: out } })
  writeFileSync(join(out, 'torn.json'), '{"result":[')

  const collector = openCollector(out, new Map([['a.js', DIST.length]]))
  collector.collect()
  expect(readdirSync(out)).toEqual(['torn.json'])
  collector.collect(true)
  expect(collector.counts).toEqual({ files: 2, broken: 1 })
  const lines: Lines = new Map()
  for (const [key, script] of collector.merged()) await addScript(lines, root, key, script)
  const counts = lines.get('src/a.ts') ?? new Map<number, number>()
  const ran = [4, 7, 10].map((line) => [line, (counts.get(line) ?? 0) > 0])
  expect(ran).toEqual([
    [4, true],
    [7, true],
    [10, false],
  ])
})
