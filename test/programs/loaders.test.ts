// Programs whose files go through a loader, compiler or clock of somebody else: neatlogs in a folder of its own, as `/opt/neatlogs` is, which
// such tools translate too. Late files of ours must load, and the exit must not wait by a clock that stands still.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectSame } from '../integration/compare.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { PATIENT, ROOT, type RunOptions, type RunResult, runNode } from '../integration/run.ts'

const OURS = { import: ['--import', join(ROOT, 'register.mjs')], require: ['--require', join(ROOT, 'register.cjs')] }

interface Row {
  readonly name: string
  readonly app: string
  /** Flags of Node before and behind ours. */
  readonly before?: readonly string[]
  readonly behind?: readonly string[]
  readonly ours: keyof typeof OURS
  readonly nodes: readonly string[]
  readonly env?: { readonly [name: string]: string }
}

const TS_NODE = { TS_NODE_TRANSPILE_ONLY: 'true' }
// Node 20 runs an entry in TypeScript by --require alone: with --import it is an ES module of an unknown kind.
const ROWS: readonly Row[] = [
  { name: 'v8-compile-cache in the program', app: 'v8-compile-cache.cjs', ours: 'import', nodes: ['20', '24'] },
  { name: 'rewire', app: 'rewire.cjs', ours: 'import', nodes: ['20', '24'] },
  ...(['esbuild-register', 'sucrase/register', '@swc-node/register'] as const).flatMap((loader): Row[] => [
    { name: `${loader} first`, app: 'chat.ts', before: ['-r', loader], ours: 'require', nodes: ['20'] },
    { name: `${loader} first, --import`, app: 'chat.ts', before: ['-r', loader], ours: 'import', nodes: ['24'] },
    { name: `${loader} second`, app: 'chat.ts', behind: ['-r', loader], ours: 'require', nodes: ['24'] },
  ]),
  {
    name: 'ts-node first',
    app: 'chat.ts',
    before: ['-r', 'ts-node/register'],
    ours: 'require',
    nodes: ['20'],
    env: TS_NODE,
  },
  {
    name: 'ts-node second',
    app: 'chat.ts',
    behind: ['-r', 'ts-node/register'],
    ours: 'require',
    nodes: ['24'],
    env: TS_NODE,
  },
]

async function runBoth(row: Row, node: string, env = PATIENT): Promise<{ bare: RunResult; hooked: RunResult }> {
  const folder = 'programs/loaders'
  const options: RunOptions = {
    app: `loaders/${row.app}`,
    openai: folder,
    node,
    how: 'none',
    env: { ...env, ...row.env },
  }
  const flags = (ours: readonly string[]) => [...(row.before ?? []), ...ours, ...(row.behind ?? [])]
  const bare = await runNode({ ...options, nodeArgs: flags([]) })
  return { bare, hooked: await runNode({ ...options, nodeArgs: flags(OURS[row.ours]) }) }
}

describe.each(ROWS)('$name', (row) => {
  test.each(row.nodes)('on Node %s', async (node) => {
    const { bare, hooked } = await runBoth(row, node)
    expect(bare).toMatchObject({ code: 0, stdout: expect.stringContaining('Say hi') })
    expectSame(bare, hooked)
    expectRecorded(hooked)
    expect(hooked.records).toHaveLength(1)
  })
})

test.each(['20', '24'])(
  'v8-compile-cache before us, Node %s: the program runs on, and one line says what to do',
  async (node) => {
    for (const ours of ['import', 'require'] as const) {
      const row: Row = { name: '', app: 'ask.cjs', before: ['-r', 'v8-compile-cache'], ours, nodes: [] }
      const { bare, hooked } = await runBoth(row, node)
      expect({ stdout: hooked.stdout, code: hooked.code }).toEqual({ stdout: bare.stdout, code: 0 })
      expect(hooked.stderr).toMatch(/nothing is recorded: SyntaxError.*Load neatlogs before it/)
      expect(hooked.records).toEqual([])
    }
  },
)

describe.each([[[]], [['first']]])('a clock that stands still, JSON that is counted %j', (args) => {
  test.each(['20', '24'])('on Node %s', async (node) => {
    const options: RunOptions = {
      app: 'loaders/fake-timers.mjs',
      openai: 'programs/loaders',
      node,
      args,
      env: { ...PATIENT, NEATLOGS_EXPORTER: 'file' },
    }
    const bare = await runNode({ ...options, how: 'none' })
    const hooked = await runNode(options)
    expect(hooked).toMatchObject({ stderr: bare.stderr, code: 0 })
    expect(hooked.stdout.split(',')[0]).toBe(bare.stdout.split(',')[0])
    expect(hooked.records.map(({ status }) => status)).toEqual(Array.from({ length: args.length + 1 }, () => 'ok'))
  })
})

describe.each(['piscina', 'tinypool'])('a pool of %s', (pool) => {
  test.each(['20', '24'])('on Node %s', async (node) => {
    const options: RunOptions = {
      app: 'loaders/pool.mjs',
      openai: 'programs/loaders',
      node,
      args: [pool],
      env: PATIENT,
    }
    const bare = await runNode({ ...options, how: 'none' })
    const hooked = await runNode({ ...options, how: 'env' })
    expect(bare.served).toHaveLength(6)
    expectSame(bare, hooked, { concurrent: true })
    expectRecorded(hooked)
    expect(hooked.records).toHaveLength(6)
  })
})
