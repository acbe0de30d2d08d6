// What a new user needs from each example: a short README whose first shell block is the one command.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeTemp, ROOT } from '../integration/run.ts'
import { commandsOf, EXAMPLES, textOf } from './place.ts'
import { shell } from './processes.ts'

const NAMES = readdirSync(EXAMPLES).filter((name) => statSync(join(EXAMPLES, name)).isDirectory())
const MAX_README_LINES = 40

test('the seven that were promised are there, each in the overview with its command', () => {
  expect(NAMES.sort()).toEqual(['aws-lambda', 'docker', 'kubernetes', 'nestjs', 'nextjs', 'pm2', 'systemd'])
  const overview = textOf('README.md')
  for (const name of NAMES) expect(overview).toMatch(rowOf(name))
})

function rowOf(name: string): RegExp {
  const command = (commandsOf(name)[0] ?? '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`\\| \\[${name}\\]\\(${name}\\) \\|.*\\| \`${command}\` \\|`)
}

test('a checkout is copied by the command of the overview', async () => {
  const line = textOf('README.md').match(/^node examples\/copy\.mjs .*$/m)?.[0] ?? ''
  const folder = makeTemp('copy')
  const printed = await shell(line.replace('/tmp/try', folder), { cwd: ROOT })
  expect(printed).toBe(`${join(folder, 'examples/nextjs')}\n`)
  const manifest = JSON.parse(readFileSync(join(printed.trim(), 'package.json'), 'utf8'))
  expect(manifest.dependencies.neatlogs).toBe('file:neatlogs.tgz')
  expect(existsSync(join(printed.trim(), 'neatlogs.tgz'))).toBe(true)
})

describe.each(NAMES)('%s', (name) => {
  const readme = textOf(name, 'README.md')

  test('is short and starts with one command', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_README_LINES)
    const firstBlock = /```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
    expect(firstBlock.trim().split('\n')).toHaveLength(1)
  })

  test('says what should be seen, how to stop, and how it runs without a key', () => {
    expect(readme).toMatch(/You should see|you should see/)
    expect(readme).toMatch(/Stop|Clean up|Nothing keeps running/)
    expect(readme).toMatch(/Without `OPENAI_API_KEY`|Without a key|without, a/)
  })
})
