// A long Realtime session with audio both ways: flat in memory, and on disk a small part of what passed. By hand an hour of it:
// `SOCKETS_AUDIO_SECONDS=3600 npx vitest run test/integration/sockets/hour.test.ts`.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runSocket } from './run.ts'

const SECONDS = Number(process.env.SOCKETS_AUDIO_SECONDS ?? '600')
/** PCM of 24,000 samples of two bytes, one way. */
const AUDIO_BYTES_PER_SECOND = 48_000

test(`${SECONDS} seconds of audio are described, not kept`, async () => {
  const options = {
    app: 'sockets-hour.mjs',
    tls: true,
    args: [String(SECONDS)],
    nodeArgs: ['--expose-gc'],
    timeoutMs: 300_000,
  }
  const run = await runSocket({ ...options, openai: '6.49.0', node: '22' })
  const { turns, grownMb } = JSON.parse(run.stdout) as { turns: number; grownMb: number }
  expect(run.records).toHaveLength(turns)
  expect(grownMb).toBeLessThan(40)
  expect(bytesBelow(run.dir)).toBeLessThan(SECONDS * AUDIO_BYTES_PER_SECOND * 0.05)
  for (const record of run.records) {
    expect(record.request.body).toMatchObject({ input: [{ content: [{ audio: { bytes: 480_000, ms: 10_000 } }] }] })
    expect(record.response.body).toMatchObject({ output: [{ content: [{ audio: { bytes: 480_000, ms: 10_000 } }] }] })
  }
}, 400_000)

function bytesBelow(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}
