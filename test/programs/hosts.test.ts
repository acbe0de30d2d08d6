// A user's test suite that calls openai, run by vitest and by jest under NODE_OPTIONS: the suite prints and ends as without us, and
// its calls are recorded, although these hosts load modules in ways of their own.
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { expectSame } from '../integration/compare.ts'
import { placeApp, ROOT } from '../integration/place.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { type RunOptions, type RunResult, runNode, runTwice } from '../integration/run.ts'

const MODULES = join(ROOT, 'fixtures/programs/hosts/node_modules')
const VITEST = join(MODULES, 'vitest/vitest.mjs')
const JEST = join(MODULES, 'jest/bin/jest.js')

interface Row {
  /** Its configuration, which names the other files. */
  readonly app: string
  readonly script: string
  readonly args: readonly string[]
  readonly nodeArgs?: readonly string[]
  readonly env?: { readonly [name: string]: string }
  readonly calls: number
  /** Default 20 and 24. */
  readonly nodes?: readonly string[]
}

const ROWS: { readonly [name: string]: Row } = {
  'vitest, forks': { app: 'vitest-suite/vitest.config.mjs', script: VITEST, args: ['run', '--pool=forks'], calls: 5 },
  'vitest, threads': {
    app: 'vitest-suite/vitest.config.mjs',
    script: VITEST,
    args: ['run', '--pool=threads'],
    calls: 5,
  },
  // Each test file is run in a realm of its own, by a loader that no hook of Node's sees.
  'vitest, vmThreads': {
    app: 'vitest-suite/vitest.config.mjs',
    script: VITEST,
    args: ['run', '--pool=vmThreads'],
    calls: 5,
    nodes: ['24'],
  },
  'vitest, vmForks': {
    app: 'vitest-suite/vitest.config.mjs',
    script: VITEST,
    args: ['run', '--pool=vmForks'],
    calls: 5,
    nodes: ['20'],
  },
  'vitest, openai inlined and given': {
    app: 'vitest-suite/vitest.config.mjs',
    script: VITEST,
    args: ['run', '--pool=forks'],
    env: { SUITE_INLINE: '1' },
    calls: 5,
    nodes: ['24'],
  },
  'jest, workers': { app: 'jest-suite/jest.config.cjs', script: JEST, args: ['--maxWorkers=2'], calls: 5 },
  'jest, in band': { app: 'jest-suite/jest.config.cjs', script: JEST, args: ['--runInBand'], calls: 5, nodes: ['20'] },
  'jest, ES modules': {
    app: 'jest-esm-suite/jest.config.mjs',
    script: JEST,
    args: [],
    nodeArgs: ['--experimental-vm-modules'],
    calls: 3,
  },
}

function optionsOf({ app, script, args, nodeArgs = [], env = {} }: Row, node: string): RunOptions {
  const cwd = dirname(placeApp(app, 'programs/hosts'))
  return { app, script, cwd, args, nodeArgs, node, how: 'env', env: { ...env, CI: '1', NO_COLOR: '1' } }
}

/** jest says so, on a busy machine of its own accord too; test/integration/regressions has our part in it. */
const FORCED = /^A worker process has failed to exit gracefully and has been force exited.*\n/gm

/** Times differ, files run side by side, and each process that records says so once. */
function tidy(run: RunResult): RunResult {
  const lines = (text: string): string =>
    text
      .replace(/^neatlogs:.*\n/gm, '')
      .replace(FORCED, '')
      .replace(/^( *(?:Time:|Duration|Start at)) .*/gm, '$1')
      .replace(/ \(?\d+(\.\d+)? ?m?s\)?$/gm, '')
      .split('\n')
      .sort()
      .join('\n')
  return { ...run, stdout: lines(run.stdout), stderr: lines(run.stderr) }
}

/** Hosts end their processes and threads as they like: what was not delivered by then is on disk. */
async function shipRest(hooked: RunResult): Promise<RunResult> {
  const cli = { app: 'neatlogs ship', script: join(ROOT, 'dist/cli.js'), args: ['ship'], dir: hooked.dir } as const
  const shipped = await runNode({ ...cli, how: 'none', env: { NEATLOGS_EXPORTER: 'file' } })
  expect(shipped).toMatchObject({ code: 0 })
  return { ...hooked, records: shipped.records }
}

const CASES = Object.entries(ROWS).flatMap(([name, row]) =>
  (row.nodes ?? ['20', '24']).map((node) => ({ name, node, row })),
)

test.each(CASES)('$name, Node $node', async ({ row, node }) => {
  const { bare, hooked } = await runTwice(optionsOf(row, node))
  expect(bare.code).toBe(0)
  expectSame(tidy(bare), tidy(hooked), { concurrent: true })
  const recorded = await shipRest(hooked)
  expectRecorded(recorded)
  expect(recorded.records).toHaveLength(row.calls)
})
