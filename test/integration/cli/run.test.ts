// `neatlogs run`: the program's own input, output, exit code and signal; the preload in it and in its children.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { placeApp } from '../place.ts'
import { makeTemp, readRecords } from '../run.ts'
import { CLI, cleanEnv, eventually, PACKAGE, runCommand, startCommand, startProgram } from './command.ts'

const FLAG = `--require=${PACKAGE.replace(/\/$/, '')}/register.cjs`
const run = (args: readonly string[], env?: { readonly [name: string]: string }, stdin = '') =>
  runCommand({ args: ['run', ...args], ...(env ? { env } : {}), stdin })

function program(text: string): string {
  const file = join(makeTemp('program'), 'program.cjs')
  writeFileSync(file, text)
  return file
}

test('records a program and its child process', async () => {
  const server = await startOpenAI()
  const dir = join(makeTemp('records'), 'neatlogs')
  const env = { NEATLOGS_DIR: dir, OPENAI_API_KEY: 'sk-test-run', OPENAI_BASE_URL: `${server.url}/v1` }
  const chat = placeApp('chat.mjs', '6.49.0')
  const shell = `const { spawnSync } = require('child_process'); const { status } = spawnSync(process.execPath, [process.argv[2]], { stdio: 'inherit' }); process.exitCode = status`
  for (const words of [
    ['node', chat],
    ['--', 'node', chat],
    ['node', program(shell), chat],
  ]) {
    const ended = await run(words, env)
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toContain('"chat.completion"')
  }
  await server.close()
  expect(readRecords(dir).records.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok'])
})

test('hands over arguments, input and output, and appends to NODE_OPTIONS', async () => {
  const file = program(`process.stderr.write('to stderr')
    process.stdin.on('data', (data) => process.stdout.write(JSON.stringify([process.argv.slice(2), String(data), process.env.NODE_OPTIONS])))`)
  const ended = await run(['node', file, '--help', '--', '-v', 'a b'], { NODE_OPTIONS: '--no-warnings' }, 'typed')
  expect(ended).toMatchObject({ code: 0, stderr: 'to stderr' })
  expect(JSON.parse(ended.stdout)).toEqual([['--help', '--', '-v', 'a b'], 'typed', `--no-warnings ${FLAG}`])
})

test('does not load itself twice', async () => {
  const file = program('process.stdout.write(process.env.NODE_OPTIONS)')
  const ended = await run(['node', CLI, 'run', 'node', file])
  expect(ended.stdout).toBe(FLAG)
})

test('ends with the exit code of the program', async () => {
  for (const code of [0, 1, 7, 255]) expect(await run(['node', '-e', `process.exit(${code})`])).toMatchObject({ code })
})

test('ends by the signal that ended the program', async () => {
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGABRT'] as const) {
    const ended = await run(['node', '-e', `process.kill(process.pid, '${signal}')`])
    expect(ended).toMatchObject({ code: null, signal, stderr: '' })
  }
})

test('passes signals on; the program decides', async () => {
  const file = program(`const seen = []
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGQUIT']) process.on(name, () => {
      seen.push(name)
      process.stdout.write(name + ' ')
      if (seen.length === 5) process.exit(9)
    })
    setInterval(() => {}, 1000)
    process.stdout.write('ready ')`)
  const running = startCommand({ args: ['run', 'node', file] })
  let expected = 'ready '
  await eventually(running.stdout).toBe(expected)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGQUIT'] as const) {
    running.child.kill(signal)
    expected += `${signal} `
    await eventually(running.stdout).toBe(expected)
  }
  expect(await running.ended).toMatchObject({ code: 9, signal: null })
})

test('a signal that the program does not handle ends both', async () => {
  const running = startCommand({ args: ['run', 'node', '-e', 'setInterval(() => {}, 1000); console.log("ready")'] })
  await eventually(running.stdout).toBe('ready\n')
  running.child.kill('SIGTERM')
  expect(await running.ended).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' })
})

test('Ctrl+C on a terminal reaches the program once', async () => {
  const file = program(`let count = 0
    process.on('SIGINT', () => console.log('seen ' + ++count))
    process.on('SIGTERM', () => { console.log('count ' + count); process.exit(3) })
    setInterval(() => {}, 1000)
    console.log('ready ' + process.pid + ' ')`)
  // script(1) makes a terminal; its status is the command's.
  const line = `exec ${process.execPath} ${CLI} run node ${file}`
  const running = startProgram('script', ['-qec', line, '/dev/null'], { env: cleanEnv(), cwd: makeTemp('terminal') })
  await eventually(running.stdout).toContain('ready')
  // Two signals within a moment may become one: five presses tell.
  for (let press = 1; press <= 5; press++) {
    running.child.stdin?.write('\x03')
    await eventually(running.stdout).toContain(`seen ${press}`)
  }
  process.kill(Number(/ready (\d+) /.exec(running.stdout())?.[1]), 'SIGTERM')
  const ended = await running.ended
  expect(ended.stdout).toContain('count 5')
  expect(ended.code).toBe(3)
})

test('a command that is not there, or cannot be run', async () => {
  const folder = makeTemp('commands')
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin', 'not-a-program'), 'text', { mode: 0o644 })
  const missing = await run(['no-such-command', 'app.js'])
  expect(missing).toMatchObject({ code: 127, stdout: '' })
  expect(missing.stderr).toBe('neatlogs: cannot run "no-such-command": there is no such command\n')
  const forbidden = await run([join(folder, 'bin', 'not-a-program')])
  expect(forbidden.code).toBe(126)
  expect(forbidden.stderr).toContain('EACCES')
})
