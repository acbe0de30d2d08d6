// `neatlogs view`, from outside: the address, the page behind it, the end. The page itself has its own tests.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTemp, readRecords } from '../run.ts'
import { eventually, runCommand, startCommand } from './command.ts'
import { killProgram } from './killed.ts'

test('serves the page at the printed address until it is interrupted', async () => {
  const dir = join(makeTemp('view'), 'neatlogs')
  await killProgram({ dir, env: { NEATLOGS_EXPORTER: 'file' }, calls: 1, inFlight: true })
  const running = startCommand({ args: ['view', '--port', '0', '--dir', dir] })
  await eventually(running.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+\n$/)
  const answer = await fetch(running.stdout().trim(), { redirect: 'manual' })
  expect([200, 302, 303]).toContain(answer.status)
  // What the killed program left becomes records while somebody looks.
  await eventually(() =>
    readRecords(dir)
      .records.map(({ status }) => status)
      .sort(),
  ).toEqual(['incomplete', 'ok'])
  running.child.kill('SIGINT')
  expect(await running.ended).toMatchObject({ code: 0, signal: null, stderr: expect.stringContaining(dir) })
})

test('a port that is in use: names it and the way out', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const ended = await runCommand({ args: ['view', '--port', String(port)] })
  other.close()
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toContain(`port ${port} is in use; choose another one with --port`)
})
