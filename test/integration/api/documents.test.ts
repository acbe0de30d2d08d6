// The code of docs/api.md: each block is compiled by tsc, strict, against the package's own types, and run beside a real openai.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenAIServer, startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { cleanEnv, PACKAGE, startProgram } from '../cli/command.ts'
import { makeTemp, ROOT, readRecords } from '../run.ts'

const text = readFileSync(join(ROOT, 'docs', 'api.md'), 'utf8')
const blocks = [...text.matchAll(/^```(?:js|ts)\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
/** What the blocks take from the program around them. */
const AROUND = {
  ts: "import type { OpenAI as Client } from 'openai'\ndeclare const client: Client\ndeclare function mask<T>(body: T): T\n",
  mjs: "import { OpenAI as Client } from 'openai'\nconst client = new Client()\nconst mask = (body) => ({ ...body, messages: [] })\n",
}
/** A call of the program, after the block. */
const CALL =
  "\nawait client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] })\n"
/** Blocks that begin to record, and go on. */
const RECORDS = /^(start\(|instrumentOpenAI\(|tracker\.overrideApi)/m

let folder = ''
let server: OpenAIServer

beforeAll(async () => {
  server = await startOpenAI()
  folder = makeTemp('api')
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  symlinkSync(PACKAGE, join(modules, 'neatlogs'))
  symlinkSync(join(ROOT, 'fixtures', 'openai-6.49.0', 'node_modules', 'openai'), join(modules, 'openai'))
  symlinkSync(join(ROOT, 'node_modules', '@types'), join(modules, '@types'))
  writeFileSync(join(folder, 'package.json'), '{"name":"my-app","private":true,"type":"module"}')
})
afterAll(() => server.close())

/** Imports come first; an object alone is an expression. */
function programOf(block: string, kind: 'ts' | 'mjs'): string {
  const own = [...block.matchAll(/^import .*$/gm)].map(([line]) => line)
  // The second block about `start` goes on from the first.
  const imports = own.length === 0 && /^start\(/m.test(block) ? ["import { start } from 'neatlogs'"] : own
  const body = block.replace(/^import .*$/gm, '').trim()
  const code = body.startsWith('{') ? `export const value = (${body})` : body
  return [...imports, AROUND[kind], code, 'export {}', ''].join('\n')
}

/** The TypeScript column of docs/from-python.md, as one program. */
function fromPython(): string {
  const page = readFileSync(join(ROOT, 'docs', 'from-python.md'), 'utf8')
  const cells = [...page.matchAll(/^\| `.*?\| (`.*) \|$/gm)].flatMap(([, cell = '']) => [
    ...cell.matchAll(/`([^`]+)`/g),
  ])
  const code = cells.map(([, text = '']) => text).filter((text) => /[;(]|^import/.test(text) && !text.includes('…'))
  expect(code.length).toBeGreaterThan(15)
  const isImport = (text: string): boolean => text.startsWith('import ')
  return [
    ...code.filter(isImport),
    "import { flush, setContext, start, stats, withContext } from 'neatlogs'",
    'declare const provider: OpenAIProvider, error: Error, params: object, fn: () => void',
    ...code.filter((text) => !isImport(text)),
    '',
  ].join('\n')
}

test('there are blocks', () => expect(blocks.length).toBeGreaterThanOrEqual(7))

test('all of them compile', () => {
  for (const [at, block] of blocks.entries()) writeFileSync(join(folder, `block-${at}.ts`), programOf(block, 'ts'))
  writeFileSync(join(folder, 'from-python.ts'), fromPython())
  const options = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: 'es2022',
    module: 'nodenext',
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  }
  const lib = ['es2024', 'esnext.disposable', 'dom']
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...options, lib } }))
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const compile = (): string => {
    try {
      return execFileSync(process.execPath, [tsc, '-p', folder], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    } catch (error) {
      return String((error as { stdout?: string }).stdout)
    }
  }
  expect(compile()).toBe('')
})

test.each(blocks.map((block, at) => [at, block.split('\n').find((line) => !/^(import|$)/.test(line)), block] as const))(
  'block %i runs: %s',
  async (at, _line, block) => {
    const file = join(folder, `block-${at}.mjs`)
    writeFileSync(file, programOf(block, 'mjs') + (RECORDS.test(block) ? CALL : ''))
    const dir = join(makeTemp('records'), 'neatlogs')
    const env = cleanEnv({
      NEATLOGS_DIR: dir,
      NEATLOGS_EXPORTER: 'file',
      MY_KEY: 'nl-test-docs',
      NEATLOGS_API_KEY: 'nl-test-docs',
      OPENAI_API_KEY: 'sk-test-docs',
      OPENAI_BASE_URL: `${server.url}/v1`,
    })
    const ended = await startProgram(process.execPath, [file], { env, cwd: folder }, '').ended
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    if (RECORDS.test(block)) expect(readRecords(dir).records.map(({ status }) => status)).toEqual(['ok'])
  },
)
