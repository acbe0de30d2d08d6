// Every way to load the hooks × every way to load openai × every supported Node: what is found, and that the program
// cannot tell.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { complaintsOf, copiesOf, type Ended, runChild, WAYS } from './run.ts'
import { makeTree } from './tree.ts'

type WayName = keyof typeof WAYS

interface Row {
  /** Below the tree: where the program is, and is run. */
  readonly folder: string
  readonly args: readonly string[]
  readonly found: readonly string[]
  /** Default `import`. */
  readonly way?: WayName
  readonly flags?: readonly string[]
  /** Default all. */
  readonly nodes?: readonly string[]
  /** Working directory when it is not the program's folder. */
  readonly cwd?: string
  readonly env?: { readonly [name: string]: string }
  readonly stdin?: string
  /** Flags of the bare run alone. */
  readonly bareFlags?: readonly string[]
  /** Applied to stdout and stderr before they are compared. */
  readonly mask?: RegExp
}

const NODES = ['20', '22', '24', '26']
const IN_THREAD = ['22', '24', '26'] // Nodes with in-thread load hooks
const ESM = 'OpenAI esm 6.49.0'
const CJS = 'OpenAI commonjs 6.49.0'
const NODE_FRAMES = /^ {4}at (?:.*\()?node:.*\n|^node:internal.*\n/gm
const EMPTY_IMPORT = ['--import', 'data:text/javascript,']
const tree = makeTree()
const TSX = join(tree.root, 'frameworks', 'node_modules', 'tsx', 'dist', 'loader.mjs')
const cacheFolder = join(tree.root, 'compile-cache')

const main = (...args: string[]) => ({ folder: 'main', args })

const ROWS: readonly Row[] = [
  // How the hooks get in.
  ...(Object.keys(WAYS) as WayName[]).flatMap((way): Row[] => [
    { ...main('esm.mjs'), way, found: [ESM] },
    { ...main('cjs.cjs'), way, found: way === 'loader' ? [] : [CJS] },
  ]),
  { ...main('any.mjs'), folder: '3.3.0', way: 'loader', found: ['OpenAIApi commonjs 3.3.0'] },
  { ...main('top-level-await.mjs'), way: 'loader', found: [ESM] },
  { folder: 'main', cwd: '/', args: [join(tree.root, 'main', 'esm.mjs')], way: 'import URL', found: [ESM] },
  { folder: 'main', cwd: '/', args: [join(tree.root, 'main', 'cjs.cjs')], way: 'NODE_OPTIONS require', found: [CJS] },
  // How the program gets openai.
  { ...main('dynamic.mjs'), found: [ESM] },
  { ...main('dynamic.cjs'), found: [ESM] },
  { ...main('require-esm.cjs'), found: [ESM] },
  { ...main('require-esm-dependency.cjs'), found: ['OpenAI esm 7.57.0'], nodes: IN_THREAD },
  { ...main('import-cjs-file.mjs'), found: [CJS] },
  { ...main('import-and-require.mjs'), found: [CJS] },
  { ...main('deep.mjs'), found: [ESM] },
  { ...main('deep-azure.mjs'), found: [ESM] },
  { ...main('deep.cjs'), found: [CJS] },
  { ...main('both.mjs'), found: [CJS, ESM] },
  { ...main('renamed.mjs'), found: ['OpenAI commonjs 6.0.0', 'OpenAI esm 6.0.0'] },
  {
    ...main('six.mjs'),
    found: [
      'APIClient commonjs 4.104.0',
      'OpenAI commonjs 5.23.2',
      'OpenAI esm 5.23.2',
      ESM,
      'OpenAI esm 7.57.0',
      'OpenAIApi commonjs 3.3.0',
    ],
  },
  { ...main('esm.mjs'), folder: 'pnpm', found: [ESM] },
  { ...main('pnpm.cjs'), folder: 'pnpm', found: ['APIClient commonjs 4.104.0', CJS] },
  { ...main('top-level-await.mjs'), found: [ESM] },
  { ...main('langchain.mjs'), folder: 'frameworks', found: ['OpenAI esm 7.57.0'] },
  { ...main('langchain.cjs'), folder: 'frameworks', found: ['OpenAI commonjs 7.57.0'] },
  { ...main('agents.mjs'), folder: 'frameworks', found: ['OpenAI esm 7.57.0'] },
  { ...main('agents.cjs'), folder: 'frameworks', found: ['OpenAI commonjs 7.57.0'] },
  // Each major, oldest and newest.
  ...['3.0.0', '3.3.0'].flatMap((version): Row[] => [
    { folder: version, args: ['any.mjs'], found: [`OpenAIApi commonjs ${version}`] },
    { folder: version, args: ['any.cjs'], found: [`OpenAIApi commonjs ${version}`] },
  ]),
  ...['4.0.0', '4.104.0'].flatMap((version): Row[] => [
    { folder: version, args: ['any.mjs'], found: [`OpenAI esm ${version}`] },
    { folder: version, args: ['any.cjs'], found: [`APIClient commonjs ${version}`] },
  ]),
  ...['5.0.1', '5.23.2', '6.0.0', '7.0.0', '7.57.0'].flatMap((version): Row[] => [
    { folder: version, args: ['any.mjs'], found: [`OpenAI esm ${version}`] },
    { folder: version, args: ['any.cjs'], found: [`OpenAI commonjs ${version}`] },
  ]),
  // TypeScript through tsx, before and after us, and its own command.
  ...['typed.ts', 'typed.cts', 'typed.mts', 'cjs.cjs', 'tsx-later.cjs'].flatMap((program): Row[] => {
    const found = [program === 'typed.mts' ? ESM : CJS]
    const tsx = ['--import', TSX]
    return [
      { folder: 'frameworks', args: [program], way: 'NODE_OPTIONS import', flags: tsx, found },
      { folder: 'frameworks', args: [program], flags: tsx, found },
      { folder: 'frameworks', args: [program], way: 'require', flags: ['--require', 'tsx/cjs', ...tsx], found },
    ]
  }),
  {
    folder: 'frameworks',
    args: ['node_modules/tsx/dist/cli.mjs', 'typed.ts'],
    way: 'NODE_OPTIONS import',
    found: [CJS],
  },
  { folder: 'frameworks', args: ['typed.ts'], way: 'NODE_OPTIONS require', flags: ['-r', 'tsx/cjs'], found: [CJS] },
  // Threads and processes.
  { ...main('worker.mjs'), found: [CJS, ESM] },
  { ...main('worker.mjs'), way: 'require', found: [CJS, ESM] },
  { ...main('fork.cjs'), found: [CJS, ESM] },
  { ...main('cluster.cjs'), found: [CJS] },
  { ...main('--test', 'in-test.mjs'), way: 'NODE_OPTIONS import', found: [ESM], mask: /duration_ms.*|\(.*ms\)/g },
  // Without a file.
  { ...main('-p', "require('openai').OpenAI.name"), found: [CJS] },
  { ...main('-p', "require('openai').OpenAI.name"), way: 'require', found: [CJS] },
  { ...main('-e', '0'), way: 'require', found: [] },
  { ...main('--input-type=module', '-e', "import { OpenAI } from 'openai'; console.log(OpenAI.name)"), found: [ESM] },
  { ...main('-'), stdin: "console.log(require('openai').OpenAI.name)", found: [CJS] },
  // Node's own settings.
  { ...main('compile-cache.cjs', cacheFolder), found: [CJS] },
  { ...main('compile-cache.cjs', cacheFolder), way: 'require', found: [CJS] },
  { ...main('esm.mjs'), env: { NODE_COMPILE_CACHE: cacheFolder }, found: [ESM] },
  { ...main('esm.mjs'), flags: ['--enable-source-maps'], found: [ESM] },
  { ...main('cjs.cjs'), flags: ['--no-warnings', '--frozen-intrinsics', '--disable-proto=throw'], found: [CJS] },
  { ...main('esm.mjs'), flags: ['--preserve-symlinks'], found: [ESM] },
  {
    ...main('esm.mjs'),
    flags: ['--permission', '--allow-fs-read=*', '--allow-fs-write=*'],
    nodes: ['24', '26'],
    found: [ESM],
    mask: /\(node:\d+\)/g,
  },
  // Nothing to find; a program that fails. What Node prints of it depends on whether there is an `--import` at all.
  { ...main('nothing.mjs'), found: [] },
  { ...main('missing.mjs'), found: [], nodes: IN_THREAD, mask: NODE_FRAMES, bareFlags: EMPTY_IMPORT },
  { ...main('throws.cjs'), found: [CJS], mask: NODE_FRAMES, bareFlags: EMPTY_IMPORT },
  { ...main('throws.mjs'), found: [ESM], mask: NODE_FRAMES, bareFlags: EMPTY_IMPORT },
]

const limit = limiter(3)

describe.concurrent.each(NODES)('Node %s', (node) => {
  test.each(ROWS.filter((row) => (row.nodes ?? NODES).includes(node)).map((row) => [titleOf(row), row] as const))(
    '%s',
    async (_title, row) => {
      const { bare, hooked } = await limit(() => runBoth(node, row))
      expect(complaintsOf(hooked)).toEqual([])
      expect(copiesOf(hooked)).toEqual([...row.found].sort())
      expect(viewOf(hooked, row)).toEqual(viewOf(bare, row))
    },
  )
})

const bareRuns = new Map<string, Promise<Ended>>()

async function runBoth(node: string, row: Row): Promise<{ bare: Ended; hooked: Ended }> {
  const { args, flags = [], env = {}, stdin = '', bareFlags = [] } = row
  const child = { node, args, flags, env, stdin, cwd: row.cwd ?? join(tree.root, row.folder) }
  const key = JSON.stringify([child, bareFlags])
  const bare = bareRuns.get(key) ?? runChild({ ...child, flags: [...bareFlags, ...flags] })
  bareRuns.set(key, bare)
  return { bare: await bare, hooked: await runChild({ ...child, way: WAYS[row.way ?? 'import'](tree.neatlogs) }) }
}

/** What the user sees of a run. */
function viewOf({ stdout, stderr, code, signal }: Ended, { mask = /$^/ }: Row) {
  return { stdout: stdout.replace(mask, ''), stderr: stderr.replace(mask, ''), code, signal }
}

function titleOf({ folder, args, way = 'import', flags = [], cwd, env = {} }: Row): string {
  const where = cwd === undefined ? '' : ` from ${cwd}`
  const program = [...Object.keys(env), ...flags, ...args].map((part) => part.replace(tree.root, '…')).join(' ')
  return `${way}: ${folder} ${program}${where}`
}

/** Children at once: more than the machine has cores only makes each late. */
function limiter(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    else free -= 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
