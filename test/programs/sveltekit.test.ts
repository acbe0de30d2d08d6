// SvelteKit with Node's adapter, built as its users build it: openai goes into the bundles, and with the hook alone every call is recorded.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { nodeBinary } from '../../fixtures/node.mjs'
import { expectSame } from '../integration/compare.ts'
import { placeApp, ROOT } from '../integration/place.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { makeTemp, PATIENT, runTwice } from '../integration/run.ts'
import { freePort, post } from './next-project.ts'

const FOLDER = 'programs/sveltekit'
const HOOK = `--import file://${join(ROOT, 'register.mjs')}`
const CALLS = 6
let server: string

// With the hook in NODE_OPTIONS, as in a container: the build, which imports the service's modules, does not notice.
beforeAll(async () => {
  const folder = dirname(placeApp('sveltekit/vite.config.js', FOLDER))
  rmSync(join(folder, 'build'), { recursive: true, force: true })
  const buildDir = join(makeTemp('build'), 'neatlogs')
  const env = { PATH: process.env.PATH, HOME: makeTemp('home'), OPENAI_API_KEY: 'sk-test-build' }
  const vite = join(ROOT, 'fixtures', FOLDER, 'node_modules/vite/bin/vite.js')
  const built = spawnSync(await nodeBinary('24'), [vite, 'build'], {
    cwd: folder,
    env: { ...env, NODE_OPTIONS: HOOK, NEATLOGS_DIR: buildDir },
    encoding: 'utf8',
  })
  expect(built.stderr).not.toMatch(/neatlogs/i)
  expect(built.status).toBe(0)
  expect(existsSync(buildDir)).toBe(false)
  const place = makeTemp('sveltekit')
  cpSync(join(folder, 'build'), place, { recursive: true })
  cpSync(join(folder, 'package.json'), join(place, 'package.json'))
  server = join(place, 'index.js')
}, 120_000)

test.each(['22', '24', '26'])('on Node %s', async (node) => {
  const answers: string[] = []
  const visit = {
    when: /Listening on (http:\S+)/,
    async go(url: string) {
      const { origin } = new URL(url)
      answers.push(await post(`${url}/api/ask`, { text: 'plain' }))
      answers.push(await post(`${url}/api/ask`, { text: 'streamed', stream: true }))
      answers.push(await post(`${url}/api/ask`, { model: 'scenario-status-429' }))
      answers.push(paragraphs(await (await fetch(url)).text()))
      const body = new URLSearchParams({ text: 'From a form.' })
      answers.push(
        paragraphs(await (await fetch(url, { method: 'POST', body, headers: { origin, accept: 'text/html' } })).text()),
      )
    },
  }
  const port = String(await freePort())
  const env = { ...PATIENT, HOST: '127.0.0.1', PORT: port, ORIGIN: `http://127.0.0.1:${port}` }
  const { bare, hooked } = await runTwice({ app: 'sveltekit', script: server, node, how: 'env', env, visit })
  expect(answers[4]).toContain('From a form.')
  expect(answers.slice(0, answers.length / 2)).toEqual(answers.slice(answers.length / 2))
  expectSame(bare, hooked, { concurrent: true })
  expect(bare.records).toHaveLength(0)
  expectRecorded(hooked)
  expect(hooked.served).toHaveLength(CALLS)
  expect(hooked.records.map(({ seen_by }) => seen_by)).toEqual(Array(CALLS).fill('wire'))
})

function paragraphs(page: string): string {
  return page.match(/<p>[^<]*<\/p>/g)?.join('') ?? 'no answer'
}
