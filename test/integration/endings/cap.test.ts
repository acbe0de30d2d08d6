// Much that waits: a backlog far beyond memory arrives; beyond the cap the oldest goes, counted and told.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adopt, end, lanesOf, newDir, printedIds, received, type Sink, start, startSink } from './program.ts'

const MIB = 1024 * 1024

function spoolBytes(dir: string): number {
  const lanes = lanesOf(dir).map((name) => join(dir, 'lanes', name))
  const files = lanes.flatMap((lane) => readdirSync(lane).map((name) => join(lane, name)))
  return files.reduce((sum, file) => sum + statSync(file).size, 0)
}

/** Takes answers' ids and losses out of what the server keeps, so that this process does not hold 200 MB of it. */
function collect(sink: Sink) {
  const ids: string[] = []
  let dropped = 0
  let bodyBytes = 0
  const take = (): void => {
    for (const { attributes } of sink.server().spans()) dropped += Number(attributes['neatlogs.dropped'] ?? 0)
    ids.push(...received(sink.server()).calls.map(({ attributes }) => String(attributes['gen_ai.response.id'])))
    const requests = sink.server().requests as unknown as { bytes: number }[]
    for (const request of requests.splice(0)) bodyBytes += request.bytes
  }
  const timer = setInterval(take, 50)
  return {
    stop() {
      clearInterval(timer)
      take()
      return { ids, dropped, bodyBytes }
    },
  }
}

test('a backlog of 200 MB arrives, each call once', async () => {
  const sink = await startSink('down')
  const dir = newDir()
  const program = start({ dir, endpoint: sink.url, args: ['idle', '2000', '100000'] })
  await program.printed('ready')
  await end(program, 'SIGKILL')
  expect(spoolBytes(dir)).toBeGreaterThan(200 * 1000 * 1000)
  await sink.heal()
  const arriving = collect(sink)
  const later = await adopt(dir, sink.url)
  const { ids } = arriving.stop()
  await sink.close()
  expect(later.lines().at(-1)).toBe('taken over')
  expect(new Set(ids).size).toBe(2001)
  expect(ids.length).toBe(2001)
  const rssMb = Number(/rss (\d+)/.exec(later.lines().join('\n'))?.[1])
  expect(rssMb).toBeLessThan(400)
})

test('the cap holds under load; what went is counted, and told with the next batch', async () => {
  const sink = await startSink('down')
  const dir = newDir()
  const env = { NEATLOGS_SPOOL_MAX_BYTES: String(20 * MIB) }
  const program = start({ dir, endpoint: sink.url, args: ['busy', '100', '20000'], env })
  await program.printed('ready')
  await new Promise((resolve) => setTimeout(resolve, 13_000))
  await end(program)
  const left = spoolBytes(dir)
  await sink.heal()
  const arriving = collect(sink)
  const later = await adopt(dir, sink.url)
  await new Promise((resolve) => setTimeout(resolve, 200))
  const last = await adopt(dir, sink.url)
  const { ids, dropped } = arriving.stop()
  await sink.close()
  expect(later.lines().at(-1)).toBe('taken over')
  expect(last.lines().at(-1)).toBe('taken over')
  const wanted = new Set([...printedIds(program), ...printedIds(later), ...printedIds(last)])
  const missing = [...wanted].filter((id) => !ids.includes(id)).length
  expect(missing).toBeGreaterThan(0)
  expect(dropped).toBe(missing)
  expect(left).toBeLessThan(400 * MIB)
})
