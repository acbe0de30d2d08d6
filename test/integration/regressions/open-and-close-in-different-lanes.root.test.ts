// Symptom: a call whose open and close frames fell into different lanes was never joined: its answer was lost, and it came as `incomplete`.
// Lanes grew by the second beside a disk that was full.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import {
  adopt,
  end,
  lanesOf,
  newDir,
  type Program,
  printedIds,
  received,
  start,
  startSink,
  until,
} from '../endings/program.ts'
import { makeTemp } from '../run.ts'

const mounted: string[] = []
afterEach(() => {
  for (const folder of mounted.splice(0).reverse()) execFileSync('umount', ['--lazy', folder])
})

function mount(folder: string, type: string, options: string): void {
  execFileSync('mount', ['-t', type, '-o', options, type, folder])
  mounted.push(folder)
}

function wholeIds(sink: Awaited<ReturnType<typeof startSink>>): ReadonlySet<string> {
  const whole = received(sink.server()).calls.filter(({ attributes }) => attributes['neatlogs.record.status'] === 'ok')
  return new Set(whole.map(({ attributes }) => String(attributes['gen_ai.response.id'])))
}

async function allWhole(program: Program, sink: Awaited<ReturnType<typeof startSink>>): Promise<void> {
  await program.printed('ready')
  await until(() => printedIds(program).every((id) => wholeIds(sink).has(id)), 'whole records of all answers')
}

test('a disk that is full when the program starts: all answers arrive, no lanes and no halves of them are left', async () => {
  const sink = await startSink('up')
  const disk = makeTemp('disk')
  mount(disk, 'tmpfs', 'size=1m,mode=0700')
  execFileSync('bash', ['-c', `dd if=/dev/zero of=${disk}/full bs=64k count=100 2>/dev/null || true`])
  const dir = join(disk, 'neatlogs')
  const program = start({ app: 'late-answers.mjs', dir, endpoint: sink.url, args: ['16', '1500'] })
  await allWhole(program, sink)
  expect(lanesOf(dir).flatMap((lane) => readdirSync(join(dir, 'lanes', lane)))).toEqual([])
  await end(program)
  await sink.close()
})

test('a spool that is deleted with calls in flight: their answers arrive, also after a kill', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({ app: 'late-answers.mjs', dir, endpoint: sink.url, args: ['4', '9000'] })
  await program.printed('begun')
  await until(() => lanesOf(dir).length > 0, 'a lane')
  await sleep(2000)
  rmSync(dir, { recursive: true, maxRetries: 20, retryDelay: 10 })
  await program.printed('ready')
  await sleep(2500)
  await end(program, 'SIGKILL')
  await sink.heal()
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1), later.stderr()).toBe('taken over')
  const whole = wholeIds(sink)
  await sink.close()
  expect(printedIds(program)).toHaveLength(4)
  expect(printedIds(program).filter((id) => !whole.has(id))).toEqual([])
})

test('a spool that is deleted while so much waits that nothing more is read: answers in the next lane find their calls', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({ app: 'late-answers.mjs', dir, endpoint: sink.url, args: ['16', '2500', '200000'] })
  await program.printed('begun')
  await until(() => printedIds(program).length === 8, 'eight answers')
  await sleep(1500)
  rmSync(dir, { recursive: true, maxRetries: 20, retryDelay: 10 })
  await until(() => printedIds(program).length === 12, 'twelve answers')
  await sleep(2500)
  await sink.heal()
  await allWhole(program, sink)
  await end(program)
  await sink.close()
})

test('a spool that is deleted while a stream comes and nothing is read: the stream is whole', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({ app: 'late-stream.mjs', dir, endpoint: sink.url, args: ['12', '200000', '400', '10'] })
  await program.printed('half')
  rmSync(dir, { recursive: true, maxRetries: 20, retryDelay: 10 })
  await program.printed('ready')
  await sleep(2500)
  await sink.heal()
  const stream = () =>
    received(sink.server()).calls.find(({ attributes }) => String(attributes['gen_ai.response.id']).endsWith('-stream'))
  await until(() => stream() !== undefined, 'the stream')
  const { attributes } = stream() ?? { attributes: {} as { [name: string]: unknown } }
  expect(attributes['neatlogs.record.status']).toBe('ok')
  const length = Number(
    program
      .lines()
      .find((line) => line.startsWith('length '))
      ?.slice('length '.length),
  )
  expect(String(attributes['neatlogs.llm.output_messages.0.content'])).toHaveLength(length)
  await end(program)
  await sink.close()
})

test('a lane in a layer of an image (overlayfs), whose folder cannot be renamed, is delivered', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const killed = start({ dir, endpoint: sink.url, args: ['idle', '20'] })
  await killed.printed('ready')
  await end(killed, 'SIGKILL')
  const [lower, upper, merged] = [makeTemp('lower'), makeTemp('upper'), makeTemp('merged')]
  cpSync(dir, join(lower, 'neatlogs'), { recursive: true })
  for (const folder of ['neatlogs', 'neatlogs/lanes', ...lanesOf(dir).map((lane) => `neatlogs/lanes/${lane}`)]) {
    chmodSync(join(lower, folder), 0o700)
  }
  mount(upper, 'tmpfs', 'size=64m')
  for (const folder of ['files', 'work']) mkdirSync(join(upper, folder))
  mount(merged, 'overlay', `lowerdir=${lower},upperdir=${upper}/files,workdir=${upper}/work`)
  await sink.heal()
  const later = await adopt(join(merged, 'neatlogs'), sink.url)
  expect(later.lines().at(-1), later.stderr()).toBe('taken over')
  const { answers } = received(sink.server())
  await sink.close()
  expect(printedIds(killed).filter((id) => !answers.has(id))).toEqual([])
})

test('`ulimit -f`: a segment that may not grow is left for a new one', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const launcher = ['bash', '-c', 'ulimit -f 64; exec "$0" "$@"']
  const program = start({ dir, endpoint: sink.url, args: ['idle', '200', '2000'], launcher })
  await program.printed('ready')
  await end(program, 'SIGKILL')
  const lane = join(dir, 'lanes', lanesOf(dir)[0] ?? '')
  expect(readdirSync(lane).filter((name) => name.startsWith('t0-')).length).toBeGreaterThan(3)
  await sink.heal()
  await adopt(dir, sink.url)
  const { answers } = received(sink.server())
  await sink.close()
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
})
