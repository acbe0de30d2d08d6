// What a program that looks for it can see of the hook, or of its files: README, Limitations.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTemp, ROOT, runNode } from '../run.ts'

function program(name: string, text: string): string {
  const script = join(makeTemp('visible'), name)
  writeFileSync(script, text)
  return script
}

// From Node 22 on: whoever replaces Node's loader (tsx) is noticed so, without the 7 ms of require-in-the-middle in every start.
test.each(['22', '24'])("Node %s: require.extensions['.js'] is an accessor until it is set", async (node) => {
  const script = program(
    'extensions.cjs',
    `const kind = () => 'value' in Object.getOwnPropertyDescriptor(require.extensions, '.js')
     const before = require.extensions['.js']
     console.log(kind(), typeof before, Object.keys(require.extensions).join())
     const mine = (module, file) => before(module, file)
     require.extensions['.js'] = mine
     console.log(kind(), require.extensions['.js'] === mine)`,
  )
  const bare = await runNode({ app: 'extensions', script, node, how: 'none' })
  const hooked = await runNode({ app: 'extensions', script, node })
  expect(bare.stdout).toBe('true function .js,.json,.node\ntrue true\n')
  expect(hooked.stdout).toBe('false function .js,.json,.node\ntrue true\n')
})

test('coverage of node --test counts our files where they lie outside of node_modules, unless they are left out', async () => {
  const script = program('own.test.mjs', "import test from 'node:test'\ntest('own', () => {})\n")
  const run = (flags: readonly string[]) =>
    runNode({
      app: 'coverage',
      script,
      node: '24',
      cwd: dirname(script),
      nodeArgs: ['--test', '--experimental-test-coverage', ...flags],
    })
  expect((await run([])).stdout).toContain('start.js')
  const out = await run([`--test-coverage-exclude=${ROOT}**`, '--test-coverage-exclude=**/*.test.mjs'])
  expect(out).toMatchObject({ code: 0, stdout: expect.not.stringContaining('start.js') })
})
