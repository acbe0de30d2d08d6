// A random socket program: every request is one record, which says how it ended for the program and what the server served.
// SOCKETS_SEED and SOCKETS_SECONDS: a longer run by hand, `SOCKETS_SECONDS=600 npx vitest run --project soak`.
import { expect, test } from 'vitest'
import type { ServedResponse } from '../../../fixtures/servers/sockets.mjs'
import type { RecordLine } from '../run.ts'
import { expectSays, runSocket } from './run.ts'

const { SOCKETS_SEED: seed = '7', SOCKETS_SECONDS: seconds = '2' } = process.env
const STATUS: { readonly [end: string]: string } = {
  completed: 'ok',
  incomplete: 'ok',
  failed: 'error',
  error: 'error',
  cancelled: 'aborted',
  left: 'aborted',
  lost: 'incomplete',
}
const COPIES = [
  { openai: '6.49.0', node: '22' },
  { openai: '7.59.0', node: '24' },
]

test.each(COPIES)(
  'openai $openai, Node $node',
  async (copy) => {
    const args = [seed, seconds]
    const timeoutMs = Number(seconds) * 1000 + 60_000
    const run = await runSocket({ app: 'sockets-random.mjs', tls: true, args, timeoutMs, ...copy })
    expect(run.stderr.replace(/^neatlogs:.*\n?/gm, '')).toBe('')
    const ends = JSON.parse(run.stdout) as { readonly [number: string]: string }
    const byNumber = new Map(run.records.map((record) => [numberOf(record), record]))
    expect(run.records).toHaveLength(Object.keys(ends).length)
    expect([...byNumber.keys()].sort()).toEqual(Object.keys(ends).sort())
    for (const [number, end] of Object.entries(ends)) {
      const record = byNumber.get(number)
      expect(`${number} ${record?.status}`, JSON.stringify(record)).toBe(`${number} ${STATUS[end]}`)
    }
    for (const one of run.responses) expectServedAs(one, byNumber, ends)
  },
  Number(seconds) * 1000 + 120_000,
)

function expectServedAs(
  one: ServedResponse,
  byNumber: Map<string, RecordLine>,
  ends: { readonly [n: string]: string },
): void {
  const { n = '' } = (one.request.metadata ?? {}) as { readonly n?: string }
  const record = byNumber.get(n)
  // What the server had sent and the program left before is served and not seen.
  const isSeen = record?.response.id !== null && ends[n] !== 'left' && ends[n] !== 'lost'
  if (record !== undefined && isSeen && one.end !== 'cut') expectSays(record, one)
}

function numberOf({ request }: RecordLine): string {
  const { metadata, response } = request.body as { metadata?: { n?: string }; response?: { metadata?: { n?: string } } }
  return metadata?.n ?? response?.metadata?.n ?? ''
}
