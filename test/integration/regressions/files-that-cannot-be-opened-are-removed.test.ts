// Symptom: a segment that the shipper could not open (no descriptor left, no permission for a while) was taken for delivered, and removed. So was a
// lane whose files could not be listed.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { newLane, openHead, writeSegment } from '../../unit/shipper/frames.ts'
import { end, newDir, printedIds, received, start, startSink, until } from '../endings/program.ts'
import { ROOT } from '../run.ts'

const built = (path: string): string => JSON.stringify(pathToFileURL(join(ROOT, 'dist', path)).href)

test('a program that is out of file descriptors for some seconds: all calls arrive', async () => {
  const sink = await startSink('up')
  const launcher = ['bash', '-c', 'ulimit -n 200; exec "$0" "$@"']
  const program = start({ app: 'out-of-files.mjs', dir: newDir(), endpoint: sink.url, launcher })
  await program.printed('ready')
  expect(printedIds(program)).toHaveLength(14)
  const hasAll = (): boolean => printedIds(program).every((id) => received(sink.server()).answers.has(id))
  await until(hasAll, 'all calls')
  await end(program)
  await sink.close()
})

test('a dead lane that can be neither listed nor opened is not over, and is read once it can be', () => {
  const lane = newLane()
  writeSegment(lane, 't0', 1, [[openHead('a'), 'x']])
  const code = `
    import { closeSync, openSync } from 'node:fs'
    import { Tail } from ${built('shipper/tail.js')}
    import { listSegments } from ${built('spool/lane-facts.js')}
    const lane = ${JSON.stringify(lane)}
    const unopened = new Tail(lane, 'file', true)
    const taken = []
    try { for (;;) taken.push(openSync('/dev/null')) } catch {}
    const unlisted = new Tail(lane, 'file', true)
    const states = [unopened, unlisted].map((tail) => [tail.read().length, tail.isExhausted, tail.takeFinished().length])
    let listed = null
    try { listed = listSegments(lane) } catch (error) { listed = error.code }
    for (const fd of taken) closeSync(fd)
    const later = [unopened, unlisted].map((tail) => [tail.read().length, tail.read().length, tail.isExhausted])
    console.log(JSON.stringify({ states, listed, later }))`
  const args = ['-c', 'ulimit -n 100; exec "$0" --input-type=module --eval "$1"', process.execPath, code]
  expect(JSON.parse(execFileSync('bash', args, { encoding: 'utf8' }))).toEqual({
    states: Array(2).fill([0, false, 0]),
    listed: 'EMFILE',
    later: Array(2).fill([1, 0, true]),
  })
})
