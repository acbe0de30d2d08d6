// What the loader cannot see is recorded from the wire. A copy of openai under another name stands for a bundle (bundles by their real
// tools: test/programs); the programs and what is compared are those of transparency.test.ts.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { expectSame } from './compare.ts'
import { hiddenOpenAI, placeApp, ROOT } from './place.ts'
import { expectRecorded } from './recorded.ts'
import { PATIENT, type RunOptions, type RunResult, runNode, runTwice } from './run.ts'

const seenBy = (run: RunResult): string[] => [...new Set(run.records.map((record) => record.seen_by))]

/** `version@node`. */
const SPREAD = ['4.104.0@20', '4.104.0@24', '5.23.2@22', '6.49.0@20', '6.49.0@26', '7.59.0@24']

describe.each([
  { app: 'chat-scenarios.mjs', versions: ['4.104.0@22', '6.49.0@26'] },
  { app: 'errors.mjs', versions: SPREAD },
  { app: 'retries.mjs', versions: SPREAD },
  { app: 'stream-break-early.mjs', versions: ['4.104.0@20', '6.49.0@20', '7.59.0@24'] },
  { app: 'timeout.mjs', versions: ['6.49.0@24'] },
  { app: 'audio.mjs', versions: ['4.104.0@20', '6.49.0@24'] },
  { app: 'azure.mjs', versions: ['6.49.0@24'] },
  { app: 'stack.mjs', versions: ['6.49.0@20', '7.59.0@24'] },
  { app: 'big-answer.mjs', versions: ['6.49.0@24'] },
])('$app, its class unseen', ({ app, versions }) => {
  test.each(versions)('openai %s', async (version) => {
    const [openai = '', node] = version.split('@')
    const { bare, hooked } = await runTwice({ app, openai: hiddenOpenAI(openai), node: node ?? '20', env: PATIENT })
    expectSame(bare, hooked)
    expectRecorded(hooked, true)
    expect(seenBy(hooked)).toEqual(['wire'])
  })
})

test.each(['5.23.2@20', '6.49.0@22', '6.49.0@24', '7.59.0@26'])(
  'a copy that is seen and one that is not, asked the same at once: each call once, openai %s',
  async (version) => {
    const [openai = '', node] = version.split('@')
    const app = 'wire-both.mjs'
    const { bare, hooked } = await runTwice({ app, openai: hiddenOpenAI(openai), node: node ?? '20', env: PATIENT })
    const shown = (run: RunResult): RunResult => ({ ...run, stdout: run.stdout.replace(/^seen .*$/m, '') })
    expectSame(shown(bare), shown(hooked), { concurrent: true })
    expectRecorded(hooked)
    const seen = JSON.parse(/^seen (.*)$/m.exec(hooked.stdout)?.[1] ?? '') as { [by: string]: string[] }
    for (const by of ['patch', 'wire']) {
      const ids = hooked.records.filter((record) => record.seen_by === by).map((record) => record.request_id)
      expect(ids.length).toBeGreaterThan(30)
      expect(ids.filter((id) => !seen[by]?.includes(id ?? ''))).toEqual([])
    }
    const counts = hooked.records.map((record) => record.seen_by)
    expect(counts.filter((by) => by === 'wire')).toHaveLength(counts.length / 2)
  },
)

test.each(['20', '24'])('several listeners hear each call of both copies once, Node %s', async (node) => {
  const app = 'wire-sinks.mjs'
  const hooked = await runNode({ app, openai: hiddenOpenAI('6.49.0'), node, env: PATIENT })
  const heard = new Map<string, string[]>()
  for (const { request_id, seen_by, tags } of hooked.records) {
    const id = request_id ?? ''
    heard.set(id, [...(heard.get(id) ?? []), `${seen_by} ${tags.join()}`].sort())
  }
  const kinds = [...heard.values()].map((by) => by.join('; '))
  expect(new Set(kinds)).toEqual(new Set(['patch ; patch 1; patch 2', 'wire ; wire 1; wire 2']))
  expect(kinds.filter((by) => by.startsWith('wire'))).toHaveLength(kinds.length / 2)
  const seen = JSON.parse(/^seen (.*)$/m.exec(hooked.stdout)?.[1] ?? '') as { [by: string]: string[] }
  for (const [id, [first = '']] of heard) expect(seen[first.split(' ')[0] ?? '']).toContain(id)
})

/** The same program under other circumstances: what is recorded, and by which eye. */
async function expectSeen(options: RunOptions, bareOptions: Partial<RunOptions>, by: string): Promise<void> {
  const bare = await runNode({ ...options, how: 'none', ...bareOptions })
  const hooked = await runNode({ ...options, env: PATIENT })
  expectSame(bare, hooked)
  expectRecorded(hooked)
  expect(bare.records).toHaveLength(0)
  expect(seenBy(hooked)).toEqual([by])
}

describe('what no loader can see', () => {
  test.each(['24', '26'])('a class that is frozen before it can be patched, Node %s', async (node) => {
    const freezes = ['--import', pathToFileURL(placeApp('freezes.mjs', '6.49.0')).href]
    const nodeArgs = [...freezes, '--import', pathToFileURL(join(ROOT, 'register.mjs')).href]
    await expectSeen({ app: 'frozen.mjs', node, how: 'none', nodeArgs }, { nodeArgs: freezes }, 'wire')
  })

  test.each(['20', '24'])('an openai that was linked before the hook ran, Node %s', async (node) => {
    const off = { NEATLOGS_DISABLED: '1' }
    await expectSeen({ app: 'register-late.mjs', node, how: 'none' }, { env: off }, 'wire')
  })

  test('a thread without flags of its own', async () => {
    await expectSeen({ app: 'worker-bare.mjs', openai: hiddenOpenAI('6.49.0'), how: 'env' }, {}, 'wire')
  })

  test.each(['20', '26'])('a thread made of a text, by --require, Node %s', async (node) => {
    await expectSeen({ app: 'worker-eval.cjs', node, how: 'env-require' }, {}, 'patch')
  })
})

test.each(['20', '22', '24', '26'])('odd requests and odd answers, Node %s', async (node) => {
  const { bare, hooked } = await runTwice({ app: 'wire-odd.mjs', node, env: PATIENT })
  expectSame(bare, hooked)
  const found = hooked.records.map(({ request, response, status, http_status, error, truncated }) => {
    const { case: name = null, more } = (request.body ?? {}) as { case?: string; more?: string }
    const id = (response.body as { id?: string } | null)?.id
    const body = id ?? (typeof response.body === 'string' ? response.body.length : response.body)
    return { name: more ?? name, status, http_status, body, error, truncated }
  })
  const encodings = ['gzip', 'br', 'deflate', 'deflate ', 'gzip, br', ...(node === '20' ? [] : ['zstd'])]
  const ok = { status: 'ok', http_status: 200, body: 'odd' }
  expect(found).toHaveLength(encodings.length + 10)
  expect(found.filter(({ name }) => encodings.includes(name ?? ''))).toMatchObject(encodings.map(() => ok))
  const one = (wanted: string | null) => found.find(({ name }) => name === wanted)
  expect(one('refused')).toMatchObject({ status: 'error', http_status: 401, error: { type: 'auth', code: 'bad' } })
  expect(JSON.stringify(hooked.records)).not.toContain('sk-test-fixture')
  expect(one('broken')).toMatchObject({ status: 'error', http_status: 200, error: { type: 'SyntaxError' } })
  expect(one('endless')).toMatchObject({ status: 'aborted', http_status: 200 })
  expect(one('huge')).toMatchObject({ http_status: 200, truncated: ['/response/body'] })
  expect(one('cut')).toMatchObject({ status: 'error', http_status: 200 })
  expect(one('gone')).toMatchObject({ status: 'error', http_status: null, error: { code: 'UND_ERR_SOCKET' } })
  expect(one('nobody')).toMatchObject({ status: 'error', http_status: null })
  expect(one('early')).toMatchObject(ok)
  expect(one('moved')).toMatchObject(ok)
  expect(one(null)).toMatchObject({ status: 'aborted', http_status: null })
})
