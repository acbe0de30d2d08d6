// Next.js of today and the major before it, with the configuration that `create-next-app` writes, built by either of its bundlers and started
// as a container starts it: with the hook alone every call is recorded, and the service cannot tell.
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectSame } from '../integration/compare.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { makeTemp, ROOT } from '../integration/run.ts'
import { buildNext, freePort, PER_RUN, post, visitNext } from './next-project.ts'

/** The package lies elsewhere, as with `neatlogs run`: the project does not know of it. */
const hook = `--import file://${join(ROOT, 'register.mjs')}`
const TEST_MS = 400_000

test.each([
  ['Next.js 16, Turbopack', { packages: 'programs/next', args: [] }, ['20', '24']],
  ['Next.js 16, webpack', { packages: 'programs/next', args: ['--webpack'] }, ['22']],
  ['Next.js 15, webpack', { packages: 'programs/next-15', args: [] }, ['20', '24']],
])(
  '%s',
  async (name, how, nodes) => {
    const buildDir = join(makeTemp('build'), 'neatlogs')
    const built = await buildNext('next-default', buildDir, { ...how, hook })
    expect(built.code).toBe(0)
    expect(existsSync(buildDir)).toBe(false)
    const place = makeTemp('standalone')
    cpSync(join(built.folder, '.next/standalone'), place, { recursive: true, verbatimSymlinks: true })
    const cwd = join(place, '.apps/next-default')
    for (const node of nodes) {
      const start = async (env: Readonly<Record<string, string>>) => {
        const given = { PORT: String(await freePort()), HOSTNAME: '127.0.0.1', ...env }
        return visitNext({ app: name, script: join(cwd, 'server.js'), cwd, node, env: given }, visits)
      }
      const bare = await start({})
      const hooked = await start({ NODE_OPTIONS: hook })
      expectSame(bare, hooked, { concurrent: true, ignore: PER_RUN })
      expect(bare.records).toHaveLength(0)
      expectRecorded(hooked, true)
      expect(hooked.served).toHaveLength(VISITS)
      expect(hooked.records.map(({ seen_by }) => seen_by)).toEqual(Array(VISITS).fill('wire'))
    }
  },
  TEST_MS,
)

const VISITS = 8

/** Three at once, a refused one, a stream, one that is left early, one on the edge runtime, a server action. */
async function visits(url: string): Promise<readonly string[]> {
  const asked = await Promise.all(['one', 'two', 'three'].map((text) => post(`${url}/api/ask`, { text })))
  const refused = await post(`${url}/api/ask`, { text: 'hi', model: 'scenario-status-429' })
  const streamed = await (await fetch(`${url}/api/stream`)).text()
  const left = new AbortController()
  const leaving = await fetch(`${url}/api/stream?model=scenario-long-300%2Bpace-5`, { signal: left.signal })
  await leaving.body?.getReader().read()
  left.abort()
  const edge = await post(`${url}/api/edge`, { text: 'edge' })
  return [...asked, refused, streamed, edge, await act(url)]
}

/** Sends the page's form as a browser without scripts does: the action's name stands in hidden fields. */
async function act(url: string): Promise<string> {
  const page = await (await fetch(url)).text()
  const form = new FormData()
  for (const [, name = '', value = ''] of page.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)) {
    form.set(name, value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
  }
  form.set('text', 'From a form.')
  const response = await fetch(url, { method: 'POST', body: form })
  return /<p>.*<\/p>/.exec(await response.text())?.[0] ?? 'no answer'
}
