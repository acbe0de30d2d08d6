// What could end the program or be seen by it: unsupported and borderline Nodes, a damaged install, two installs, a
// throwing listener. In every row the program does what it does without the hooks.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Child, complaintsOf, copiesOf, type Ended, runChild, WAYS, type Way } from './run.ts'
import { makeTree, placeNeatlogs } from './tree.ts'

const tree = makeTree()
const MAIN = join(tree.root, 'main')
const BOTH_PROGRAMS = ['esm.mjs', 'cjs.cjs']

async function runBoth(child: Omit<Child, 'cwd' | 'way'>, way: Way): Promise<{ bare: Ended; hooked: Ended }> {
  const bare = await runChild({ ...child, cwd: MAIN })
  return { bare, hooked: await runChild({ ...child, cwd: MAIN, way }) }
}

/** stdout and ending; stderr is compared where nothing may be said. */
const outcomeOf = ({ stdout, code, signal }: Ended) => ({ stdout, code, signal })

/** A second install that a test may damage. */
function damaged(name: string, damage: (folder: string) => void): string {
  const folder = join(tree.root, name, 'neatlogs')
  placeNeatlogs(folder)
  damage(folder)
  return folder
}

/** As users write it: found from the working folder, by the package's conditions. */
const BY_NAME: { readonly [name: string]: Way } = {
  '--import neatlogs/register': { flag: ['--import', 'neatlogs/register'] },
  '--require neatlogs/register': { flag: ['--require', 'neatlogs/register'] },
  both: { flag: ['--import', 'neatlogs/register', '--require', 'neatlogs/register'] },
}

describe.each([
  ['18.20.8', '>= 20.19'],
  ['21.7.3', '>= 22.12'],
])('unsupported Node %s', (node, needed) => {
  test.each(Object.entries(BY_NAME))('%s says so once and does nothing', async (_, way) => {
    const { bare, hooked } = await runBoth({ node, args: ['worker.mjs'] }, way)
    expect(outcomeOf(hooked)).toEqual(outcomeOf(bare))
    expect(hooked.stderr).toBe(`neatlogs: Node ${node} is not supported (needs ${needed}); nothing is recorded\n`)
    expect(hooked.lines).toEqual([])
  })

  test('is silent when disabled', async () => {
    const child = { node, args: ['esm.mjs'], env: { NEATLOGS_DISABLED: 'yes' } }
    for (const way of Object.values(BY_NAME)) {
      const { bare, hooked } = await runBoth(child, way)
      expect(hooked).toEqual(bare)
    }
  })
})

test('a Node whose require() of ES modules is switched off says that', async () => {
  for (const way of Object.values(BY_NAME)) {
    const { bare, hooked } = await runBoth(
      { node: '22', args: ['cjs.cjs'], flags: ['--no-experimental-require-module'] },
      way,
    )
    expect(outcomeOf(hooked)).toEqual(outcomeOf(bare))
    expect(hooked.stderr).toBe(
      'neatlogs: require() of ES modules is switched off, as AWS Lambda does; add --experimental-require-module to NODE_OPTIONS; nothing is recorded\n',
    )
  }
})

// The oldest of each supported line, and those that have in-thread hooks which cannot be trusted. On 22.13–22.22.2 and
// 24.0–24.11.0 a --require'd ES module that imports anything ends the program as soon as somebody calls
// `module.register`.
describe.each(['20.19.0', '22.13.0', '22.20.0', '24.11.0'])('borderline Node %s', (node) => {
  test.each(BOTH_PROGRAMS.flatMap((program) => (['import', 'require'] as const).map((way) => [way, program] as const)))(
    '%s: %s',
    async (way, program) => {
      const { bare, hooked } = await runBoth({ node, args: [program] }, WAYS[way](tree.neatlogs))
      expect(complaintsOf(hooked)).toEqual([])
      expect(copiesOf(hooked)).toEqual([`OpenAI ${program === 'esm.mjs' ? 'esm' : 'commonjs'} 6.49.0`])
      expect(hooked).toEqual({ ...bare, lines: hooked.lines })
      expect(hooked.lines.filter((line) => line.started !== undefined)).toHaveLength(1)
    },
  )

  test.each(Object.entries(BY_NAME))('%s takes the same file', async (_, way) => {
    const { bare, hooked } = await runBoth({ node, args: ['cjs.cjs'] }, way)
    expect(hooked).toEqual({ ...bare, lines: hooked.lines })
    expect(hooked.lines.filter((line) => line.started !== undefined)).toHaveLength(1)
    expect(copiesOf(hooked)).toEqual(['OpenAI commonjs 6.49.0'])
  })

  test('threads, and CommonJS required from a source that tsx gave', async () => {
    const threads = await runChild({ node, cwd: MAIN, args: ['worker.mjs'], way: WAYS.require(tree.neatlogs) })
    expect(copiesOf(threads)).toEqual(['OpenAI commonjs 6.49.0', 'OpenAI esm 6.49.0'])
    const flags = ['--import', join(tree.root, 'frameworks', 'node_modules', 'tsx', 'dist', 'loader.mjs')]
    const cwd = join(tree.root, 'frameworks')
    const typed = await runChild({ node, cwd, flags, args: ['typed.cts'], way: WAYS.require(tree.neatlogs) })
    expect(typed).toMatchObject({ code: 0, stderr: '', stdout: 'OpenAI\n' })
    expect(copiesOf(typed)).toEqual(['OpenAI commonjs 6.49.0'])
  })
})

describe.each(['20', '22', '24', '26'])('Node %s', (node) => {
  test.each(['1', 'true', ' YES '])('NEATLOGS_DISABLED=%s does nothing at all', async (value) => {
    const child = { node, args: ['globals.mjs'], env: { NEATLOGS_DISABLED: value } }
    const { bare, hooked } = await runBoth(child, WAYS.import(tree.neatlogs))
    expect(hooked).toEqual(bare)
  })

  test('adds no visible global and leaves the list of extensions', async () => {
    const { bare, hooked } = await runBoth({ node, args: ['globals.mjs'] }, WAYS.import(tree.neatlogs))
    expect(hooked).toEqual({ ...bare, lines: hooked.lines })
    expect(hooked.lines).toHaveLength(1)
  })

  test('loads no hooking package that is not needed', async () => {
    for (const args of [['loaded-by-us.cjs'], ['loaded-by-us.cjs', 'openai']]) {
      const ended = await runChild({ node, cwd: MAIN, args, way: WAYS.import(tree.neatlogs) })
      expect(ended.stdout).toBe(node === '20' ? 'require-in-the-middle\n' : '\n')
    }
  })

  test('two installs: the first one in runs, alone', async () => {
    const child = { node, args: ['esm.mjs'], flags: ['--import', 'neatlogs/register'] }
    const both = await runChild({ ...child, cwd: MAIN, way: WAYS['import URL'](tree.neatlogs) })
    expect(copiesOf(both)).toEqual(['OpenAI esm 6.49.0'])
    expect(both.lines.filter((line) => line.started !== undefined)).toMatchObject([{ started: true }])
  })

  const damages: readonly (readonly [string, (folder: string) => void, RegExp])[] = [
    [
      'start.js throws',
      (folder) => writeFileSync(join(folder, 'dist/preload/start.js'), 'throw new Error("boom")'),
      /boom/,
    ],
    ['start.js is no JavaScript', (folder) => writeFileSync(join(folder, 'dist/preload/start.js'), '{'), /SyntaxError/],
    ['early.js is no JavaScript', (folder) => writeFileSync(join(folder, 'dist/bundle/early.js'), '{'), /SyntaxError/],
    ['dist is gone', (folder) => rmSync(join(folder, 'dist'), { recursive: true }), /no such file.*node-features/],
  ]
  test.each(damages)('a damaged install: %s', async (title, damage, message) => {
    const folder = damaged(`damaged ${node} ${title}`, damage)
    for (const way of [WAYS.import(folder), WAYS.require(folder)]) {
      const { bare, hooked } = await runBoth({ node, args: ['esm.mjs'] }, way)
      expect(outcomeOf(hooked)).toEqual(outcomeOf(bare))
      expect(hooked.stderr).toMatch(/^\(node:\d+\) Warning: neatlogs could not start, nothing is recorded: /)
      expect(hooked.stderr).toMatch(message)
    }
  })

  // In the hooks thread it would be an uncatchable end of the program: where there is one, it must fail on the main thread first.
  test('a damaged install: load.js is no JavaScript', async () => {
    const folder = damaged(`damaged ${node} hooks`, (at) => writeFileSync(join(at, 'dist/hook/load.js'), '{'))
    for (const way of [WAYS.import(folder), WAYS.require(folder)]) {
      const { bare, hooked } = await runBoth({ node, args: ['esm.mjs'] }, way)
      expect(outcomeOf(hooked)).toEqual(outcomeOf(bare))
    }
  })

  test('a damaged install: --loader passes everything through', async () => {
    const folder = damaged(`damaged ${node} loader`, (at) => rmSync(join(at, 'dist/openai'), { recursive: true }))
    const { bare, hooked } = await runBoth({ node, args: ['esm.mjs'] }, WAYS.loader(folder))
    expect(outcomeOf(hooked)).toEqual(outcomeOf(bare))
  })

  test('a listener that throws is a problem, not an exception', async () => {
    const start = `import { installHooks } from '../hook/install.js'
      import { OPENAI_TARGET } from '../openai/targets.js'
      const fail = (text) => { throw new Error(text) }
      installHooks([OPENAI_TARGET], () => fail('found'), (code, error) => { console.error(code, error.message); fail('problem') })`
    const folder = damaged(`throwing ${node}`, (at) => writeFileSync(join(at, 'dist/preload/start.js'), start))
    for (const program of BOTH_PROGRAMS) {
      const { bare, hooked } = await runBoth({ node, args: [program] }, WAYS.import(folder))
      expect(outcomeOf(hooked)).toEqual(outcomeOf(bare))
      expect(hooked.stderr).toBe('HOOK_FOUND found\n')
    }
  })
})

test('one hook that cannot be installed, and a problem handler that throws, leave the other hook alone', async () => {
  const start = `import { installHooks } from '../hook/install.js'
    import { OPENAI_TARGET } from '../openai/targets.js'
    const fail = (code) => { console.error(code); throw new Error(code) }
    installHooks([OPENAI_TARGET], (copy) => console.error('found', copy.format), fail)`
  const folder = damaged('one hook', (at) => {
    writeFileSync(join(at, 'dist/preload/start.js'), start)
    rmSync(join(at, 'node_modules/require-in-the-middle'))
  })
  const ended = await runChild({ node: '20', cwd: MAIN, args: ['esm.mjs'], way: WAYS.import(folder) })
  expect(ended).toMatchObject({ code: 0, stderr: 'HOOK_REQUIRE\nfound esm\n' })
})

test('Node 20 without leave to start threads: CommonJS is covered, ES modules are a problem told', async () => {
  const flags = ['--no-warnings', '--experimental-permission', '--allow-fs-read=*', '--allow-fs-write=*']
  const way = WAYS.import(tree.neatlogs)
  for (const [program, found] of [
    ['cjs.cjs', ['OpenAI commonjs 6.49.0']],
    ['esm.mjs', []],
  ] as const) {
    const { bare, hooked } = await runBoth({ node: '20', args: [program], flags }, way)
    expect(hooked).toEqual({ ...bare, lines: hooked.lines })
    expect(copiesOf(hooked)).toEqual(found)
    expect(hooked.lines).toContainEqual(expect.objectContaining({ problem: 'HOOK_REGISTER' }))
  }
})
