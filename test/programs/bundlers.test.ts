// Programs whose build tool put openai inside, where no loader sees it, run with the hook alone: no plugin, no configuration, no code. Each
// is recorded call for call, and cannot tell.
import { execFileSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodeBinary } from '../../fixtures/node.mjs'
import { expectSame } from '../integration/compare.ts'
import { placeApp } from '../integration/place.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { makeTemp, PATIENT, type RunResult, runTwice } from '../integration/run.ts'
import { freePort, post } from './next-project.ts'

const FOLDER = 'programs/bundlers'
const built = new Map<string, string>()

/** Builds once; tools of today want a Node of today. Gives the path of what is run. */
async function build(tool: string, app: string): Promise<string> {
  const key = `${tool}, ${app}`
  const known = built.get(key)
  if (known !== undefined) return known
  const script = placeApp('bundlers.mjs', FOLDER)
  const entry = placeApp(app, FOLDER)
  const args = [script, tool, entry, join(dirname(entry), key.replace(/[^a-z\d]+/gi, '-'))]
  const output = execFileSync(await nodeBinary('24'), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const path = output.trim().split('\n').at(-1) ?? ''
  built.set(key, path)
  return path
}

function expectSeen(bare: RunResult, hooked: RunResult, calls: number, by = 'wire'): void {
  expect(bare.code).toBe(0)
  expectSame(bare, hooked, { concurrent: true })
  expect(bare.records).toHaveLength(0)
  expectRecorded(hooked, true)
  expect(hooked.records).toHaveLength(calls)
  expect([...new Set(hooked.records.map((record) => record.seen_by))]).toEqual([by])
}

describe.each([
  ['esbuild, ES module', ['20', '24']],
  ['esbuild, CommonJS', ['22']],
  ['esbuild, minified', ['20', '22', '26']],
  ['esbuild, CommonJS, minified', ['24']],
  ['esbuild, split', ['24']],
  ['esbuild, minified, openai-4', ['20', '24']],
  ['esbuild, CommonJS, minified, openai-5', ['22']],
  ['esbuild, minified, openai-7', ['26']],
  ['rollup', ['20']],
  ['rolldown', ['24']],
  ['webpack', ['20']],
  ['webpack, as Nest, all inside', ['22']],
  ['vite, SSR', ['22']],
  ['tsdown', ['24']],
  ['ncc', ['24']],
])('%s', (tool, nodes) => {
  test.each(nodes)('on Node %s', async (node) => {
    const script = await build(tool, 'bundled.mjs')
    const { bare, hooked } = await runTwice({ app: tool, script, node, how: 'env', env: PATIENT })
    const version = /openai-(\d)/.exec(tool)?.[1] ?? '6'
    expectSeen(bare, hooked, 12)
    expect(hooked.records.every(({ sdk }) => sdk.version?.startsWith(version))).toBe(true)
  })
})

// What is left outside is loaded as ever.
test('webpack, as Nest: by the patch', async () => {
  const script = await build('webpack, as Nest', 'bundled.mjs')
  const { bare, hooked } = await runTwice({ app: 'nest', script, node: '22', how: 'env', env: PATIENT })
  expectSeen(bare, hooked, 12, 'patch')
})

test.each(['20', '24'])('two majors of openai in one bundle, Node %s', async (node) => {
  const script = await build('esbuild, minified', 'bundled-two.mjs')
  const { bare, hooked } = await runTwice({ app: 'two', script, node, how: 'env', env: PATIENT })
  expectSeen(bare, hooked, 4)
  expect(hooked.records.map(({ attempts }) => attempts.length)).toEqual([2, 1, 2, 1])
})

// Nitro leaves openai beside the server, as a package, unless it is told to put all of them inside.
test.each([
  ['nitro', 'patch'],
  ['nitro, all inside', 'wire'],
])('%s: by the %s', async (tool, by) => {
  const script = join(makeTemp('nitro'), 'server/index.mjs')
  cpSync(dirname(dirname(await build(tool, 'nitro-route.mjs'))), dirname(dirname(script)), { recursive: true })
  const answers: string[] = []
  const port = String(await freePort())
  const visit = {
    when: /Listening on (http:\S+)/,
    async go(url: string) {
      answers.push(await post(url, { model: 'gpt-4o-mini' }))
      answers.push(await post(url, { model: 'gpt-4o-mini', stream: true }))
      answers.push(await post(url, { model: 'scenario-status-429' }))
    },
  }
  const env = { ...PATIENT, NITRO_HOST: '127.0.0.1', NITRO_PORT: port }
  const { bare, hooked } = await runTwice({ app: 'nitro', script, node: '24', how: 'env', env, visit })
  expectSeen({ ...bare, code: 0 }, { ...hooked, code: 0 }, 3, by)
  expect(answers.slice(0, 3)).toEqual(answers.slice(3))
})

/** A copy of Node that holds the program (https://nodejs.org/api/single-executable-applications.html). */
async function buildExecutable(node: string): Promise<string> {
  const main = await build('esbuild, CommonJS, minified', 'bundled.mjs')
  const folder = makeTemp('sea')
  const [config, output, executable] = ['sea.json', 'app.blob', 'app'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(config, JSON.stringify({ main, output, disableExperimentalSEAWarning: true }))
  const binary = await nodeBinary(node)
  execFileSync(binary, ['--experimental-sea-config', config], { stdio: 'ignore' })
  cpSync(binary, executable)
  const cli = join(dirname(dirname(main)), '../node_modules/postject/dist/cli.js')
  const fuse = ['--sentinel-fuse', 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2']
  execFileSync(process.execPath, [cli, executable, 'NODE_SEA_BLOB', output, ...fuse], { stdio: 'ignore' })
  return executable
}

// Node runs no `--import` in a single executable.
test.each(['22', '24'])('a single executable of Node %s, by --require', async (node) => {
  const executable = await buildExecutable(node)
  const { bare, hooked } = await runTwice({ app: 'sea', executable, how: 'env-require', env: PATIENT })
  expectSeen(bare, hooked, 12)
})

// Nothing is loaded when such a program runs, and Node runs no `--import` there either.
test.each(['20', '22', '26'])('a startup snapshot of Node %s, by --require', async (node) => {
  const executable = await nodeBinary(node)
  const main = await build('esbuild, CommonJS', 'snapshot.mjs')
  const blob = join(makeTemp('snapshot'), 'app.blob')
  execFileSync(executable, ['--snapshot-blob', blob, '--build-snapshot', main], { stdio: 'ignore' })
  const args = ['--snapshot-blob', blob]
  const { bare, hooked } = await runTwice({ app: 'snapshot', executable, args, how: 'env-require', env: PATIENT })
  expectSeen(bare, hooked, 3)
})
