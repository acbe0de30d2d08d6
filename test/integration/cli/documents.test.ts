// Every command that a document tells a reader to type is run: here, in a real shell in a fresh folder beside the built package, or by
// the file that the table names. Every line of doctor that troubleshooting.md explains exists as printed; every link leads somewhere.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenAIServer, startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { MESSAGES, type Message } from '../../../src/cli/doctor/messages.ts'
import { parseOptions as parseBenchOptions } from '../../bench/options.mjs'
import { makeTemp, ROOT } from '../run.ts'
import { CLI, cleanEnv, eventually, PACKAGE, startProgram } from './command.ts'
import { commandsOf, documents, type Told, textOf } from './documents.ts'
import { BY_HAND, ELSEWHERE } from './elsewhere.ts'

const PROGRAM = `import OpenAI from 'openai'
const messages = [{ role: 'user', content: 'Hi' }]
await new OpenAI().chat.completions.create({ model: 'gpt-4o-mini', messages })
console.log('done')
`
/** Commands of an example are run from its README by the test of the same name. */
const EXAMPLE = /^examples\/([\w-]+)\/README\.md$/

const told = documents().flatMap(commandsOf)
const isExample = ({ document }: Told): boolean => document.startsWith('examples/')
const ours = [...new Set(told.filter((one) => !isExample(one)).map(({ command }) => command))]
const BENCH = /^npm run bench(?: -- (.*))?$/
const here = ours.filter((command) => ELSEWHERE[command] === undefined && !BENCH.test(command) && !BY_HAND[command])

let project = ''
let server: OpenAIServer
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  server = await startOpenAI()
  project = makeTemp('project')
  const modules = join(project, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  symlinkSync(join(ROOT, 'fixtures', 'openai-6.49.0', 'node_modules', 'openai'), join(modules, 'openai'))
  symlinkSync(PACKAGE, join(modules, 'neatlogs'))
  // npm makes bin files executable when it installs.
  const bin = join(modules, '.bin', 'neatlogs')
  writeFileSync(bin, `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`)
  chmodSync(bin, 0o755)
  writeFileSync(
    join(project, 'package.json'),
    '{"name":"my-app","private":true,"type":"module","scripts":{"start":"node app.js"}}',
  )
  writeFileSync(join(project, 'app.js'), PROGRAM)
  const path = [dirname(bin), dirname(process.execPath), process.env.PATH].join(delimiter)
  env = cleanEnv({ PATH: path, OPENAI_API_KEY: 'sk-test-docs', OPENAI_BASE_URL: `${server.url}/v1`, BROWSER: 'none' })
})
afterAll(() => server.close())

/** Calls that the programs of this test have left in the user's state folder. */
function recordCount(): number {
  const folder = join(env.HOME ?? '', '.local', 'state', 'neatlogs', 'records')
  const files = existsSync(folder) ? readdirSync(folder) : []
  return files.reduce((sum, name) => sum + readFileSync(join(folder, name), 'utf8').split('\n').length - 1, 0)
}

describe('run here', () => {
  test('every subcommand is among them', () => {
    const words = new Set(here.map((line) => /neatlogs ([a-z-]+)/.exec(line)?.[1]))
    for (const name of ['view', 'tail', 'show', 'stats', 'export', 'replay', 'doctor', 'ship', 'run', 'register-path'])
      expect(words).toContain(name)
  })

  test.each(here)('%s', async (line) => {
    // npx itself is tried below: it takes a second and stands between us and the signal.
    const words = line.replaceAll('npx neatlogs', 'neatlogs')
    // A bare `neatlogs run` names the command, which wants more words; so does `npx neatlogs`.
    const isName = /^neatlogs( run| export| replay)?$/.test(words)
    const isEndless = /\bview\b|--follow/.test(words)
    const script = isEndless ? `neatlogs run node app.js >&2; exec ${words}` : words
    const before = recordCount()
    const running = startProgram('sh', ['-c', script], { env, cwd: project }, '')
    if (isEndless) {
      await eventually(running.stdout).toContain('\n')
      running.child.kill('SIGINT')
    }
    const ended = await running.ended
    expect(ended.stderr).not.toMatch(/error:|unknown|invalid|not found/)
    expect(ended.code).toBe(isName ? 2 : 0)
    if (!/node\b.*app\.js|npm start/.test(words) || words.includes('doctor')) return
    expect(ended.stdout).toContain('done')
    // A program that is started bare, before `ship`, leaves nothing; every other one is recorded.
    const isBare = /^(NEATLOGS_DEBUG=1 )?node app\.js/.test(words)
    expect(recordCount()).toBe(before + (isBare ? 0 : 1))
  })

  test('npx finds the command of an installed package', async () => {
    const ended = await startProgram('npx', ['--no-install', 'neatlogs', '--version'], { env, cwd: project }, '').ended
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(/^\d+\.\d+\.\d+/)
  })
})

describe('run elsewhere', () => {
  test.each(Object.entries(ELSEWHERE))('%s: %j', (command, [file, mark]) => {
    expect(ours).toContain(command)
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(mark)
  })

  test('the bench: its options are known, and it measures', async () => {
    const told = ours
      .flatMap((command) => BENCH.exec(command) ?? [])
      .filter((text) => text?.startsWith('npm') === false)
    for (const options of told) expect(() => parseBenchOptions(options.split(' '))).not.toThrow()
    const bench = join(ROOT, 'test', 'bench', 'bench.mjs')
    const args = [bench, '--quick', '--only', 'preload', '--node', '20']
    const ended = await startProgram(process.execPath, args, { env: cleanEnv(), cwd: ROOT }).ended
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(/preload in a program without openai, CPU .* ms/)
  })

  test.each(Object.keys(BY_HAND))('by hand: %s', (command) => {
    expect(ours).toContain(command)
    const file = command.split(' ').find((word) => word.includes('/')) ?? ''
    execFileSync(process.execPath, ['--check', join(ROOT, file)])
  })

  test('what `npm run` names is a script of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }
    const names = told
      .filter(({ document }) => !EXAMPLE.test(document))
      .flatMap(({ command }) => [...command.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name))
    expect(names.length).toBeGreaterThan(5)
    expect(names.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([])
  })

  const examples = [...new Set(told.flatMap(({ document }) => EXAMPLE.exec(document)?.[1] ?? []))]
  test.each(examples)('the example %s has a test that reads its commands', (name) => {
    const folder = join(ROOT, 'test', 'examples')
    const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
    expect(files.filter((text) => text.includes(`commandsOf('${name}')`))).not.toEqual([])
  })
})

test('troubleshooting holds every message that is not good news, word for word', () => {
  const plain = (text: string): string => text.replace(/\{\w+\}/g, '…')
  const messages: readonly (readonly [string, Message])[] = Object.entries(MESSAGES)
  const expected = messages
    .filter(([, { level }]) => level !== 'ok')
    .map(([code, { text, remedy = '' }]) => `| \`${code}\` ${plain(text)} | ${plain(remedy)} |`)
  const rows = textOf('docs/troubleshooting.md')
    .split('\n')
    .filter((line) => /^\| `[A-Z_]+` /.test(line))
  expect(rows.sort()).toEqual(expected.sort())
  for (const [code, { level, remedy }] of messages) {
    if (level === 'problem') expect(`${code}: ${remedy}`).not.toMatch(/undefined/)
  }
})

test('every link inside of the repository leads to a file', () => {
  const broken = [...documents(), 'CHANGELOG.md', 'docs/decisions.md'].flatMap((document) => {
    const links = [...textOf(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link)
    return links
      .filter((link) => !existsSync(join(ROOT, dirname(document), link)))
      .map((link) => `${document} → ${link}`)
  })
  expect(broken).toEqual([])
})

test('every file of ours that a document names exists', () => {
  const NAMED = /`((?:src|test|fixtures|scripts|docs|examples)\/[\w./-]+\.\w+)`/g
  const missing = documents().flatMap((document) => {
    const named = [...textOf(document).matchAll(NAMED)].map(([, file = '']) => file)
    return named.filter((file) => !existsSync(join(ROOT, file))).map((file) => `${document}: ${file}`)
  })
  expect(missing).toEqual([])
})

test('the README is short', () => {
  expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(200)
})
