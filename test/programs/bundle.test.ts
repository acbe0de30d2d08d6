// Programs that esbuild makes one file of, as for a container or a Lambda: openai is inside, where no loader sees it. What the program
// gives to neatlogs is recorded, whatever the format and the names the bundler leaves.
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectSame } from '../integration/compare.ts'
import { placeApp, ROOT } from '../integration/place.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { PATIENT, runNode } from '../integration/run.ts'

const FOLDER = 'programs/esbuild'
const ESBUILD = join(ROOT, 'fixtures', FOLDER, 'node_modules/esbuild/bin/esbuild')
const CALLS = 5
const OFF = { NEATLOGS_DISABLED: '1' }

/** Bundles a program of fixtures/apps as its user would; gives the bundle's path. */
function bundle(app: string, to: string, flags: readonly string[]): string {
  const source = placeApp(app, FOLDER)
  const file = join(dirname(source), 'bundles', to)
  const format = to.endsWith('.cjs') ? 'cjs' : 'esm'
  const always = ['--bundle', '--platform=node', `--format=${format}`, `--outfile=${file}`, '--log-level=error']
  execFileSync(process.execPath, [ESBUILD, source, ...always, ...flags])
  return file
}

describe('instrumentOpenAI', () => {
  test.each([
    ['module.mjs', '20', ['--external:neatlogs']],
    ['module.mjs', '24', ['--external:neatlogs']],
    ['common.cjs', '20', ['--external:neatlogs']],
    ['small.mjs', '24', ['--external:neatlogs', '--minify']],
  ])('in %s on Node %s, without and beside the hook', async (to, node, flags) => {
    const script = bundle('bundle.mjs', to, flags)
    const off = await runNode({ app: to, script, node, how: 'none', env: OFF })
    expect(off.records).toHaveLength(0)
    for (const how of ['none', 'import'] as const) {
      const given = await runNode({ app: to, script, node, how, env: PATIENT })
      expectSame(off, given)
      expectRecorded(given)
      expect(given.records).toHaveLength(CALLS)
      expect(given.records.map(({ sdk }) => sdk.version)).toEqual(Array(CALLS).fill('6.49.0'))
      expect(given.records.filter(({ user_id }) => user_id === 'u1')).toHaveLength(1)
    }
  })
})

// They ended with "Cannot find module './spool/bell.js'", and with ERR_INVALID_ARG_VALUE before the first line.
describe('neatlogs inside the bundle too', () => {
  test('an ES module runs on and is told why nothing is recorded', async () => {
    const to = 'inlined.mjs'
    const inlined = await runNode({ app: to, script: bundle('bundle.mjs', to, []), how: 'none' })
    const external = bundle('bundle.mjs', 'module.mjs', ['--external:neatlogs'])
    expectSame(await runNode({ app: to, script: external, how: 'none', env: OFF }), inlined)
    expect(inlined.records).toHaveLength(0)
    expect(inlined.stderr.match(/^neatlogs: it is inlined in a bundle .*--external:neatlogs/gm)).toHaveLength(1)
  })

  test('the whole API gives nothing and fails nowhere', async () => {
    const script = bundle('bundle-api.mjs', 'api.mjs', [])
    const { stdout, stderr, code, records } = await runNode({ app: 'api.mjs', script, how: 'none' })
    expect(stdout.split('\n')[0]).toBe('[] [] []')
    expect(stderr).toMatch(/^neatlogs: it is inlined in a bundle .*\n$/)
    expect({ code, records }).toEqual({ code: 0, records: [] })
  })

  test.each([
    ['bundle.mjs', 'inlined.cjs'],
    ['bundle-provider.mjs', 'provider.cjs'],
  ])('a CommonJS bundle of %s, which cannot tell where it is, says what to do', async (source, to) => {
    const script = bundle(source, to, [])
    const { stderr, code } = await runNode({ app: to, script, how: 'none' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/NeatlogsError: neatlogs is inlined in a CommonJS bundle; .*--external:neatlogs/)
    expect(stderr).toContain("code: 'ERR_NEATLOGS_BUNDLED'")
  })
})
