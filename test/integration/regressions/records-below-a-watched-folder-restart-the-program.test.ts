// Symptom: `node --watch-path` with NEATLOGS_DIR below that path restarted the program for each record, and each start made its calls again.
// Nobody but the user can say which of both is to move: it is told.
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeBinary } from '../../../fixtures/node.mjs'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { makeTemp, ROOT } from '../run.ts'

async function stderrOf(dir: string, until: RegExp): Promise<string> {
  const server = await startOpenAI()
  const folder = makeTemp('watched')
  mkdirSync(join(folder, 'src'))
  cpSync(join(ROOT, 'fixtures/apps/chat.mjs'), join(folder, 'src/chat.mjs'))
  symlinkSync(join(ROOT, 'fixtures/openai-6.49.0/node_modules'), join(folder, 'node_modules'))
  const flags = ['--watch-path=./src', '--import', join(ROOT, 'register.mjs'), 'src/chat.mjs']
  const env = { PATH: process.env.PATH, HOME: makeTemp('home'), NEATLOGS_DIR: join(folder, dir) }
  const openai = { OPENAI_API_KEY: 'sk-test-watched', OPENAI_BASE_URL: `${server.url}/v1` }
  const child = spawn(await nodeBinary('24'), flags, { cwd: folder, env: { ...env, ...openai }, detached: true })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  await expect.poll(() => stdout + stderr, { timeout: 30_000 }).toMatch(until)
  process.kill(-(child.pid as number), 'SIGKILL')
  await server.close()
  return stderr
}

test('below what is watched: one line', async () => {
  const stderr = await stderrOf('src/records', /--watch-path watches/)
  expect(stderr).toMatch(
    /--watch-path watches \S+\/src\/records: each record may restart the program; .* set NEATLOGS_DIR/,
  )
})

test('beside it: not a word of it', async () => {
  expect(await stderrOf('records', /Completed running/)).not.toContain('watches')
})
