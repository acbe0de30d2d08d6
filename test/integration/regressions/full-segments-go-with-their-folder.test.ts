// Symptom: calls at full speed beside a server that fails were lost with a folder that was deleted: segments that nobody had begun to read went with it.
import { existsSync, renameSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  adopt,
  end,
  newDir,
  type Program,
  type ProgramOptions,
  printedIds,
  received,
  start,
  startSink,
  until,
} from '../endings/program.ts'

/** 60 MB in three seconds: a segment is full in less than half of one. */
const ARGS = ['300', '40', '200000']
const LAST = ['begun', 'ready']

function remove(dir: string): void {
  rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 5 })
}

/** Runs the program beside a server that answers 503, and takes its folder away twice. */
async function takenAway(more: Partial<ProgramOptions>, takeAway: (dir: string, time: number) => void) {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({ app: 'late-answers.mjs', dir, endpoint: sink.url, args: ARGS, ...more })
  await program.printed('begun')
  const ready = program.printed('ready')
  for (const count of [140, 280]) {
    await until(() => printedIds(program).length >= count, `${count} answers`)
    if (existsSync(dir)) takeAway(dir, count)
  }
  await ready
  return { sink, dir, program }
}

function wholeIds(sink: Awaited<ReturnType<typeof startSink>>): readonly string[] {
  const whole = received(sink.server()).calls.filter(({ attributes }) => attributes['neatlogs.record.status'] === 'ok')
  return whole.map(({ attributes }) => String(attributes['gen_ai.response.id']))
}

function lostOf(program: Program, sink: Awaited<ReturnType<typeof startSink>>): readonly string[] {
  const whole = new Set(wholeIds(sink))
  return printedIds(program).filter((id) => !whole.has(id))
}

test('a folder that is deleted again and again while nothing is taken: each call arrives once, whole', async () => {
  const { sink, program } = await takenAway({}, remove)
  await sink.heal()
  await until(() => lostOf(program, sink).length === 0, 'whole records of all answers').catch(() => {})
  await end(program)
  expect(program.lines().filter((line) => LAST.includes(line))).toEqual(LAST)
  expect(lostOf(program, sink)).toEqual([])
  expect(wholeIds(sink)).toHaveLength(300)
  await sink.close()
})

const ENDINGS = [
  ['SIGTERM', 'an exit that waits for no server', '0'],
  ['SIGKILL', 'a kill', '2000'],
] as const

test.each(ENDINGS)(
  '%s, %s, after the folder was deleted, the server still down: the next program delivers them',
  async (signal, _, limitMs) => {
    const { sink, dir, program } = await takenAway({ env: { NEATLOGS_EXIT_TIMEOUT_MS: limitMs } }, remove)
    // A program that makes no calls looks after its folder every four seconds.
    if (signal === 'SIGKILL') await sleep(5500)
    await end(program, signal)
    await sink.heal()
    const later = await adopt(dir, sink.url)
    expect(later.lines().at(-1), later.stderr()).toBe('taken over')
    expect(lostOf(program, sink)).toEqual([])
    await sink.close()
  },
)

test('what is redacted first is in segments of the shipper: they are kept the same way', async () => {
  const { sink, dir, program } = await takenAway({ env: { NEATLOGS_REDACT: 'request.body.nothing' } }, remove)
  await end(program)
  await sink.heal()
  await adopt(dir, sink.url)
  expect(lostOf(program, sink)).toEqual([])
  await sink.close()
})

test('a folder that is moved away while calls go on: they arrive, from the process and from where it was', async () => {
  const { sink, dir, program } = await takenAway({}, (from, time) => renameSync(from, `${from}-${time}`))
  await end(program)
  await sink.heal()
  await adopt(dir, sink.url)
  expect(lostOf(program, sink)).toEqual([])
  await sink.close()
})
