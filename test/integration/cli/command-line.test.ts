// What the command understands: help and version everywhere; for anything else the thing, the value, what is allowed, and code 2.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeTemp, ROOT } from '../run.ts'
import { PACKAGE, runCommand } from './command.ts'

const COMMANDS = ['view', 'tail', 'show', 'stats', 'export', 'replay', 'doctor', 'ship', 'run', 'register-path']
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }

describe('help and version', () => {
  test.each([[], ...COMMANDS.map((name) => [name])])('neatlogs %s --help, --version', async (...words) => {
    const help = await runCommand({ args: [...words, '--help'] })
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toMatch(new RegExp(`^Usage: neatlogs ${words.join(' ')}`))
    for (const flag of ['--version', '-v']) {
      expect(await runCommand({ args: [...words, flag] })).toMatchObject({
        code: 0,
        stdout: `${version}\n`,
        stderr: '',
      })
    }
  })

  test('without a command: the help on stderr and code 2', async () => {
    const ended = await runCommand({ args: [] })
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    for (const name of COMMANDS) expect(ended.stderr).toContain(`  ${name} `)
  })

  test('neatlogs help tail', async () => {
    const ended = await runCommand({ args: ['help', 'tail'] })
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain('--follow')
  })
})

/** Words, and what the error must name. */
const BAD: readonly (readonly [string, readonly RegExp[]])[] = [
  [
    'nonsense',
    [/unknown command 'nonsense'/, /view, tail, show, stats, export, replay, doctor, ship, run, register-path/],
  ],
  ['tial', [/unknown command 'tial'/, /Did you mean tail\?/]],
  ['--nonsense', [/unknown option '--nonsense'/]],
  ['tail --folow', [/unknown option '--folow'/, /Did you mean --follow\?/, /neatlogs tail --help/]],
  ['view extra', [/too many arguments/]],
  ['view --port', [/--port <port>' argument missing/]],
  ['view --port 65536', [/--port/, /'65536'/, /from 0 to 65535/]],
  ['view --port -1', [/--port/, /'-1'/, /from 0 to 65535/]],
  ['view --port 80x', [/--port/, /'80x'/, /from 0 to 65535/]],
  ['tail --status broken', [/--status/, /'broken'/, /ok, error, aborted, incomplete/]],
  ['tail --status ok,,error', [/--status/, /'ok,,error'/, /comma list/]],
  ['tail --operation chats', [/--operation/, /'chats'/, /chat, text_completion/]],
  ['tail --since tomorrow', [/--since/, /'tomorrow'/, /15m, 2h or 7d, today, yesterday/]],
  ['stats --by colour', [/--by/, /'colour'/, /model, tag, service/]],
  ['stats --min-cost -1', [/--min-cost/, /'-1'/, /0\.05/]],
  ['export', [/required option '--as <format>' not specified/]],
  ['export --as xml', [/--as/, /'xml'/, /jsonl, csv, fine-tuning, batch, evals/]],
  ['show one two', [/too many arguments/]],
  ['tail --lines many', [/--lines/, /'many'/, /a whole number/]],
  ['tail --dir /nowhere/at/all', [/--dir/, /"\/nowhere\/at\/all" does not exist/]],
  ['ship --timeout soon', [/--timeout/, /'soon'/, /30s/]],
  ['ship --dir /nowhere/at/all', [/--dir/, /"\/nowhere\/at\/all" does not exist/]],
  ['doctor nowhere.js', [/"nowhere\.js" does not exist/]],
  ['run', [/missing required argument 'command'/]],
  ['run --nonsense node', [/unknown option '--nonsense'/]],
]

describe('a bad command line', () => {
  test.each(BAD)('neatlogs %s', async (words, patterns) => {
    const ended = await runCommand({ args: words.split(' ') })
    expect(ended).toMatchObject({ code: 2, stdout: '', signal: null })
    expect(ended.stderr).toMatch(/^neatlogs: /)
    for (const pattern of patterns) expect(ended.stderr).toMatch(pattern)
    expect(ended.stderr).not.toMatch(/ {4}at /)
  })
})

test('register-path prints a URL that --import takes from every folder', async () => {
  const ended = await runCommand({ args: ['register-path'] })
  expect(ended).toMatchObject({ code: 0, stdout: `file://${PACKAGE.replace(/\/$/, '')}/register.mjs\n`, stderr: '' })
  const env = { NODE_OPTIONS: `--import ${ended.stdout.trim()}` }
  expect(await runCommand({ args: ['--version'], env, cwd: makeTemp('elsewhere') })).toMatchObject({
    code: 0,
    stderr: '',
  })
})
