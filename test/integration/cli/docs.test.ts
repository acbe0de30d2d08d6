// docs/commands.md and docs/troubleshooting.md: every command that they print is run, and every line of doctor exists as printed.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenAIServer, startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { MESSAGES, type Message } from '../../../src/cli/doctor/messages.ts'
import { makeTemp, ROOT } from '../run.ts'
import { CLI, cleanEnv, eventually, PACKAGE, startProgram } from './command.ts'

const read = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8')
const PROGRAM = `import OpenAI from 'openai'
const messages = [{ role: 'user', content: 'Hi' }]
await new OpenAI().chat.completions.create({ model: 'gpt-4o-mini', messages })
console.log('done')
`

/** Lines of sh blocks; in other blocks what stands from `npx` to a quote or the line's end; code in the text that is a command line. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)].flatMap(([, kind, block = '']) =>
    kind === 'sh' ? block.trim().split('\n') : (block.match(/npx neatlogs [^'"\n]*/g) ?? []),
  )
  const inline = text.replace(/```\w*\n[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)
  const lines = [...inline]
    .map(([, code = '']) => code)
    .filter((code) => /^(npx )?neatlogs \w|^NEATLOGS_\w+=\S+ node/.test(code))
  return [...blocks, ...lines]
}

const COMMANDS = [...new Set([...commandsIn(read('commands.md')), ...commandsIn(read('troubleshooting.md'))])]

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
  writeFileSync(join(project, 'package.json'), '{"name":"my-app","private":true,"type":"module"}')
  writeFileSync(join(project, 'app.js'), PROGRAM)
  const path = [dirname(bin), dirname(process.execPath), process.env.PATH].join(delimiter)
  env = cleanEnv({ PATH: path, OPENAI_API_KEY: 'sk-test-docs', OPENAI_BASE_URL: `${server.url}/v1`, BROWSER: 'none' })
})
afterAll(() => server.close())

test('all commands of the package are there', () => {
  const words = new Set(COMMANDS.map((line) => /neatlogs ([a-z-]+)/.exec(line)?.[1]))
  for (const name of ['view', 'tail', 'doctor', 'ship', 'run', 'register-path']) expect(words).toContain(name)
})

test.each(COMMANDS)('%s', async (line) => {
  // npx itself is tried below: it takes a second and stands between us and the signal.
  const words = line.replaceAll('npx neatlogs', 'neatlogs')
  // A bare `neatlogs run` names the command, it is no command line.
  const isName = words === 'neatlogs run'
  const isEndless = /\bview\b|--follow/.test(words)
  const script = isEndless ? `neatlogs run node app.js >&2; exec ${words}` : words
  const running = startProgram('sh', ['-c', script], { env, cwd: project }, '')
  if (isEndless) {
    await eventually(running.stdout).toContain('\n')
    running.child.kill('SIGINT')
  }
  const ended = await running.ended
  expect(ended.stderr).not.toMatch(/error:|unknown|invalid|not found/)
  expect(ended.code).toBe(isName ? 2 : 0)
  if (/node\b.*app\.js/.test(words) && !words.includes('doctor')) expect(ended.stdout).toContain('done')
})

test('npx finds the command of an installed package', async () => {
  const ended = await startProgram('npx', ['--no-install', 'neatlogs', '--version'], { env, cwd: project }, '').ended
  expect(ended.code).toBe(0)
  expect(ended.stdout).toMatch(/^\d+\.\d+\.\d+/)
})

test('troubleshooting holds every message that is not good news, word for word', () => {
  const plain = (text: string): string => text.replace(/\{\w+\}/g, '…')
  const messages: readonly (readonly [string, Message])[] = Object.entries(MESSAGES)
  const expected = messages
    .filter(([, { level }]) => level !== 'ok')
    .map(([code, { text, remedy = '' }]) => `| \`${code}\` ${plain(text)} | ${plain(remedy)} |`)
  const rows = read('troubleshooting.md')
    .split('\n')
    .filter((line) => /^\| `[A-Z_]+` /.test(line))
  expect(rows.sort()).toEqual(expected.sort())
  for (const [code, { level, remedy }] of messages) {
    if (level === 'problem') expect(`${code}: ${remedy}`).not.toMatch(/undefined/)
  }
})
