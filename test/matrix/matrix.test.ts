// `npm run test:matrix`: openai {oldest, newest of 3 to 7} × Node {20, 22, 24, 26} × {import, require} × {--import, NODE_OPTIONS,
// --require, --loader}: in each cell the program cannot tell, and each call is recorded. Writes docs/compatibility.md.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { expectSame } from '../integration/compare.ts'
import { expectRecorded, inferenceOf } from '../integration/recorded.ts'
import { type How, ROOT, type RunResult, runNode } from '../integration/run.ts'

const VERSIONS = ['3.0.0', '3.3.0', '4.0.0', '4.104.0', '5.0.1', '5.23.2', '6.0.0', '6.49.0', '7.0.0', '7.59.0']
const NODES = ['20', '22', '24', '26']
const WAYS: readonly How[] = ['import', 'env', 'require', 'loader']
const FORMATS = ['import', 'require'] as const
type Format = (typeof FORMATS)[number]
type Cell = 'recorded' | 'not recorded' | 'changed the program' | 'not supported by openai'

/** `--loader` warns by itself, and sees no CommonJS entry: Node gives it none. */
const LOADER_WARNING =
  /\(node:PID\) ExperimentalWarning: `--experimental-loader`[\s\S]*?\(Use `node --trace-warnings[^\n]*\n/

const cells = new Map<string, Cell>()
const bareRuns = new Map<string, Promise<RunResult>>()

function bareRun(openai: string, node: string, app: string): Promise<RunResult> {
  const key = `${openai} ${node} ${app}`
  const known = bareRuns.get(key) ?? runNode({ app, openai, node, how: 'none' })
  bareRuns.set(key, known)
  return known
}

async function runCell(openai: string, node: string, format: Format, how: How): Promise<Cell> {
  const app = `${openai.startsWith('3.') ? 'v3-matrix' : 'matrix'}.${format === 'import' ? 'mjs' : 'cjs'}`
  const bare = await bareRun(openai, node, app)
  const hooked = await runNode({ app, openai, node, how })
  try {
    expectSame(bare, hooked, how === 'loader' ? { ignore: LOADER_WARNING } : {})
  } catch (error) {
    console.error(`openai ${openai}, Node ${node}, ${format}, ${how}: ${String(error)}`)
    return 'changed the program'
  }
  if (hooked.records.length === 0) return 'not recorded'
  expectRecorded(hooked)
  expect(hooked.records).toHaveLength(inferenceOf(hooked.served).length)
  return 'recorded'
}

describe.each(VERSIONS)('openai %s', (openai) => {
  describe.each(NODES)('Node %s', (node) => {
    const isSupported = !(openai.startsWith('7.') && node === '20')
    for (const format of FORMATS) {
      test.each(WAYS)(`${format} by %s`, async (how) => {
        const cell = isSupported ? await runCell(openai, node, format, how) : 'not supported by openai'
        cells.set([openai, node, format, how].join(' '), cell)
        if (!isSupported) return
        // A CommonJS entry under `--loader` alone is the one known gap.
        expect(cell).toBe(how === 'loader' && format === 'require' ? 'not recorded' : 'recorded')
      })
    }
  })
})

afterAll(() => {
  if (cells.size < VERSIONS.length * NODES.length * WAYS.length * FORMATS.length) return // a part of the matrix only
  const table = tableOf()
  console.log(table)
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim()
  const head = `# Compatibility

Written by \`npm run test:matrix\` for neatlogs ${version} (${commit}). In each cell one program is run without and with the hook: ✓ every
call recorded and the program's output, exit code and requests the same; – not recorded (a known gap); ✗ changed the program; blank:
openai 7 asks for Node 22.
`
  const document = join(ROOT, 'docs', 'compatibility.md')
  const before = readFileSync(document, 'utf8')
  writeFileSync(document, `${head}\n${table}\n\n${before.slice(before.indexOf('## '))}`) // what follows is others'
})

function tableOf(): string {
  const signs = { recorded: '✓', 'not recorded': '–', 'changed the program': '✗', 'not supported by openai': '' }
  const columns = NODES.flatMap((node) => WAYS.map((how) => [node, how] as const))
  const names: { [how: string]: string } = {
    import: '--import',
    env: 'NODE_OPTIONS',
    require: '--require',
    loader: '--loader',
  }
  const head = ['openai', 'program', ...columns.map(([node, how]) => `${node} ${names[how]}`)]
  const rows = VERSIONS.flatMap((openai) =>
    FORMATS.map((format) => [
      openai,
      format,
      ...columns.map(
        ([node, how]) => signs[cells.get([openai, node, format, how].join(' ')) ?? 'not supported by openai'],
      ),
    ]),
  )
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
