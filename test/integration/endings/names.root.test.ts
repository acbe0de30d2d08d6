// The endpoint's name cannot be resolved for a while: no answer, nobody knows it, the name server fails. What waits arrives when it can be.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startNames } from '../../../fixtures/servers/names.mjs'
import { makeTemp } from '../run.ts'
import { adopt, end, newDir, printedIds, received, start, startSink, until } from './program.ts'

const NAME_SERVER = '127.0.0.77'
const OUTAGES = ['silent', 'refuses', 'fails'] as const

/** The program asks our name server, and nobody else does. */
function launcherFor(address: string): readonly string[] {
  const file = join(makeTemp('names'), 'resolv.conf')
  writeFileSync(file, `nameserver ${address}\noptions timeout:1 attempts:1\n`)
  return ['unshare', '--mount', 'bash', '-c', `mount --bind ${file} /etc/resolv.conf && exec "$0" "$@"`]
}

test('a name that is not known for a while, in every way: all calls arrive, once each, and it is said once', async () => {
  const sink = await startSink('up')
  const names = await startNames(NAME_SERVER)
  const endpoint = sink.url.replace('127.0.0.1', 'collector.neatlogs-test.example')
  const dir = newDir()
  const launcher = launcherFor(NAME_SERVER)
  const program = start({
    dir,
    endpoint,
    args: ['slow', '100'],
    env: { NEATLOGS_LOG_LEVEL: 'warn', NEATLOGS_EXIT_TIMEOUT_MS: '30000' },
    launcher,
  })
  await program.printed('ready')
  for (const way of OUTAGES) {
    names.answer(way)
    await sleep(2000)
  }
  expect(sink.server().requests).toEqual([])
  expect(program.stderr().match(/cannot be reached.*(?:EAI_AGAIN|ENOTFOUND)/g)).toHaveLength(1)
  names.answer('knows')
  const before = printedIds(program)
  await until(() => before.every((id) => received(sink.server()).answers.has(id)), 'calls of the outage')
  // It is lost again: what the connections that are kept do not take is left for the next program.
  names.answer('refuses')
  await end(program)
  names.answer('knows')
  await adopt(dir, endpoint, { launcher })
  const { answers, twice } = received(sink.server())
  await Promise.all([sink.close(), names.close()])
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  expect(twice).toBe(0)
})
