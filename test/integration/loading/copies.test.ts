// Copies loaded before the hooks were installed by code, and copies on disk.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findCopies } from '../../../src/hook/find.ts'
import { OPENAI_TARGET } from '../../../src/openai/targets.ts'
import { runChild } from './run.ts'
import { makeTree } from './tree.ts'

const tree = makeTree()
const dist = join(tree.neatlogs, 'dist')

describe.each(['20', '22', '24', '26'])('Node %s, hooks installed by code', (node) => {
  test('an ES program: its own class is found, later copies by the hooks', async () => {
    const ended = await runChild({ node, cwd: join(tree.root, '6.0.0'), args: ['in-code.mjs', dist] })
    const lines = ['before esm 6.0.0 true', 'installed true', 'again false', 'after esm 6.0.0,commonjs 6.0.0']
    expect(ended).toMatchObject({ stderr: '', code: 0, stdout: `${lines.join('\n')}\n` })
  })

  test('a CommonJS program: from the module cache, its ES twin is not loaded', async () => {
    const ended = await runChild({ node, cwd: join(tree.root, '6.0.0'), args: ['in-code.cjs', dist] })
    const lines = ['before commonjs 6.0.0 true', 'installed true', 'after commonjs 6.0.0 true']
    expect(ended).toMatchObject({ stderr: '', code: 0, stdout: `${lines.join('\n')}\n` })
  })
})

test('findCopies: nested, aliased and pnpm copies of real packages, each with its ES and its CommonJS file', () => {
  const list = (folder: string) =>
    findCopies([OPENAI_TARGET], join(tree.root, folder, 'esm.mjs')).map(
      (place) => `${place.format} ${place.version} ${place.file.slice(place.folder.length + 1)}`,
    )
  expect(list('main').sort()).toEqual([
    'commonjs 3.3.0 dist/api.js',
    'commonjs 4.104.0 core.js',
    'commonjs 5.23.2 client.js',
    'commonjs 6.49.0 client.js',
    'commonjs 7.57.0 client.js',
    'esm 4.104.0 index.mjs',
    'esm 5.23.2 client.mjs',
    'esm 6.49.0 client.mjs',
    'esm 7.57.0 client.mjs',
  ])
  expect(list('pnpm').sort()).toEqual([
    'commonjs 4.104.0 core.js',
    'commonjs 6.49.0 client.js',
    'esm 4.104.0 index.mjs',
    'esm 6.49.0 client.mjs',
  ])
})
