// Next.js, built and started as in production. Bundlers hide openai from every loader: what a project writes so that its calls are
// recorded, and what cannot work.
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectSame } from '../integration/compare.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { makeTemp, ROOT, type RunResult } from '../integration/run.ts'
import { type Built, buildNext, freePort, HOOK, NEXT, PER_RUN, post, visitNext } from './next-project.ts'

const SAME = { concurrent: true, ignore: PER_RUN }
const BUILD_MS = 300_000

describe('openai as an external package', () => {
  const buildDir = join(makeTemp('build'), 'neatlogs')
  let built: Built

  beforeAll(async () => {
    built = await buildNext('next-external', buildDir)
  }, BUILD_MS)

  const start = (node: string, env = {}) =>
    visitNext({ script: NEXT, args: ['start', '-p', '0', '-H', '127.0.0.1'], cwd: built.folder, node, env }, visits)

  const bareRuns = new Map<string, RunResult>()
  const bareOf = async (node: string) => {
    const bare = bareRuns.get(node) ?? (await start(node))
    bareRuns.set(node, bare)
    return bare
  }

  test('next build does not notice the hook', () => {
    expect(built).toMatchObject({ code: 0, stderr: '' })
    expect(existsSync(buildDir)).toBe(false)
  })

  test.each(['20', '24'])('next start with the hook, Node %s', async (node) => {
    const bare = await bareOf(node)
    const hooked = await start(node, { NODE_OPTIONS: HOOK })
    expectSame(bare, hooked, SAME)
    expectRecorded(hooked, true)
    expect(bare.records).toHaveLength(0)
    expect(hooked.served).toHaveLength(VISITS)
    expect(hooked.records).toHaveLength(VISITS)
    expect(hooked.records.filter(({ status }) => status === 'ok').length).toBeGreaterThanOrEqual(VISITS - 2)
  })

  test('start() in instrumentation.js', async () => {
    const started = await start('20', { START: '1' })
    expectSame(await bareOf('20'), started, SAME)
    expectRecorded(started, true)
    expect(started.records).toHaveLength(VISITS)
  })
})

const VISITS = 7

/** Three at once, a refused one, a stream, one that is left early, a page. */
async function visits(url: string): Promise<readonly string[]> {
  const asked = await Promise.all(['one', 'two', 'three'].map((text) => post(`${url}/api/ask`, { text })))
  const refused = await post(`${url}/api/ask`, { text: 'hi', model: 'scenario-status-429' })
  const streamed = await (await fetch(`${url}/api/stream`)).text()
  const page = /<p>.*<\/p>/.exec(await (await fetch(url)).text())?.[0] ?? 'no page'
  const left = new AbortController()
  const leaving = await fetch(`${url}/api/stream?model=scenario-long-300%2Bpace-5`, { signal: left.signal })
  await leaving.body?.getReader().read()
  left.abort()
  return [...asked, refused, streamed, page]
}

describe('openai inside the bundles, standalone', () => {
  let folder: string

  beforeAll(async () => {
    // `neatlogs run next build` died on Next.js 16.3 beside an `--import` of somebody else's.
    const built = await buildNext('next-bundled', join(makeTemp('build'), 'neatlogs'), { isByRun: true })
    expect(built).toMatchObject({ code: 0, stderr: '' })
    folder = makeTemp('standalone')
    cpSync(join(built.folder, '.next/standalone'), folder, { recursive: true, verbatimSymlinks: true })
  }, BUILD_MS)

  const start = async (env = {}) => {
    const cwd = join(folder, '.apps/next-bundled')
    const given = { PORT: String(await freePort()), HOSTNAME: '127.0.0.1', ...env }
    return visitNext({ script: join(cwd, 'server.js'), cwd, env: given }, async (url) => [
      await post(`${url}/api/given`, { text: 'plain' }),
      await post(`${url}/api/given`, { text: 'streamed', stream: true }),
      await post(`${url}/api/given`, { text: 'hi', model: 'scenario-status-429' }),
    ])
  }
  let bare: RunResult | undefined
  const BESIDE_HOOK = { NODE_OPTIONS: `--import file://${join(ROOT, 'register.mjs')}` }

  test.each([
    ['alone', {}],
    ['beside the hook', BESIDE_HOOK],
  ])('instrumentOpenAI where the client is made, %s', async (_how, env) => {
    const given = await start({ GIVE: 'client', ...env })
    bare ??= await start()
    expectSame(bare, given, SAME)
    expect(bare.records).toHaveLength(0)
    expectRecorded(given)
    expect(given.served).toHaveLength(3)
    expect(given.records).toHaveLength(3)
  })

  // What Next.js does by itself: nothing is configured, nothing is written.
  test('the hook alone', async () => {
    const hooked = await start(BESIDE_HOOK)
    bare ??= await start()
    expectSame(bare, hooked, SAME)
    expectRecorded(hooked)
    expect(hooked.records.map((record) => record.seen_by)).toEqual(['wire', 'wire', 'wire'])
  })

  // The routes have another copy of the class than instrumentation.js, and without the hook only what is given is recorded.
  test('instrumentOpenAI in instrumentation.js is given another class', async () => {
    const unseen = await start({ GIVE: 'class' })
    expect(unseen.served).toHaveLength(3)
    expect(unseen.records).toHaveLength(0)
  })
})
