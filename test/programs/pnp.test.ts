// A real Yarn install without node_modules (PnP), of the packed tarball: no thread can read the zip files in which Yarn leaves packages, so
// package.json asks for a folder. It was calls that stayed on disk, and programs that ended two seconds late without a word.
import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { otherRuntime } from '../../fixtures/node.mjs'
import { expectSame } from '../integration/compare.ts'
import { ROOT } from '../integration/place.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { makeTemp, PATIENT, runNode } from '../integration/run.ts'

const folder = makeTemp('pnp')
const home = makeTemp('yarn-home')
let yarn: string

/** Yarn reads nothing of npm's settings but what it is given. */
function yarnEnv(): { readonly [name: string]: string } {
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()
  const { http_proxy = '', https_proxy = '' } = process.env
  return {
    ...(http_proxy && { YARN_HTTP_PROXY: http_proxy }),
    ...(https_proxy && { YARN_HTTPS_PROXY: https_proxy }),
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: '*',
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    YARN_GLOBAL_FOLDER: home,
  }
}

beforeAll(async () => {
  yarn = await otherRuntime('yarn')
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
  const tarball = execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }).trim()
  const dependencies = { neatlogs: `file:./${tarball}`, openai: '6.49.0' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'pnp-app', private: true, dependencies }))
  writeFileSync(join(folder, 'yarn.lock'), '')
  for (const app of ['chat.mjs', 'chat.cjs', 'chat-stream.mjs'])
    cpSync(join(ROOT, 'fixtures/apps', app), join(folder, app))
  execFileSync(process.execPath, [yarn, 'install'], {
    cwd: folder,
    env: { ...process.env, ...yarnEnv() },
    stdio: 'pipe',
  })
})

const run = (node: string, args: readonly string[], env = {}) =>
  runNode({ app: 'pnp', script: yarn, node, how: 'none', cwd: folder, args, env: { ...PATIENT, ...yarnEnv(), ...env } })

test('only neatlogs is taken out of its zip file', () => {
  expect(readdirSync(join(folder, '.yarn/unplugged')).map((name) => name.split('-')[0])).toEqual(['neatlogs'])
})

test.each([
  ['20', '--import', 'chat.mjs'],
  ['20', '--require', 'chat-stream.mjs'],
  ['24', '--import', 'chat.cjs'],
])('Node %s, %s, %s', async (node, flag, app) => {
  const bare = await run(node, ['node', app])
  const hooked = await run(node, ['node', flag, 'neatlogs/register', app])
  expectSame(bare, hooked)
  expectRecorded(hooked)
  expect(hooked.records).toHaveLength(1)
})

// From there only what .pnp.cjs finds can be loaded: pino, which says it.
test("the shipper's warnings are heard", async () => {
  const env = { NEATLOGS_DEBUG: '1' }
  const { stderr } = await run('24', ['node', '--import', 'neatlogs/register', 'chat.mjs'], env)
  expect(stderr).toMatch(/"thread":"shipper".*"msg":"delivered 1 records to file"/)
})

test('doctor finds openai in its zip file', async () => {
  const { code, stdout } = await run('24', ['neatlogs', 'doctor', 'chat.mjs'])
  expect(stdout).toMatch(/✔ openai 6\.49\.0 \(ES module\): patched, .*\.zip\/node_modules\/openai\/client\.mjs/)
  expect(code).toBe(0)
})
