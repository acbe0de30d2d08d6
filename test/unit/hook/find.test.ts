import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findCopies } from '../../../src/hook/find.ts'
import { OPENAI_TARGET } from '../../../src/openai/targets.ts'

let root = ''

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'neatlogs-find-')))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function copy(path: string, version: string, files: readonly string[] = ['client.mjs', 'client.js']): void {
  const folder = join(root, path)
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), '')
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'openai', version }))
}

const find = (fromFile: string) =>
  findCopies([OPENAI_TARGET], join(root, fromFile)).map(
    ({ folder, version, format }) => `${format} ${version} ${folder.slice(root.length + 1)}`,
  )

test('nearest first, from the program upward, nested packages included', () => {
  copy('app/node_modules/openai', '6.1.0')
  copy('app/node_modules/agent/node_modules/openai', '5.0.0', ['client.js'])
  copy('app/node_modules/@scope/agent/node_modules/openai', '3.3.0', ['dist/api.js'])
  copy('app/packages/web/node_modules/openai', '4.0.0', ['index.mjs', 'core.js'])
  expect(find('app/packages/web/src/main.js')).toEqual([
    'esm 4.0.0 app/packages/web/node_modules/openai',
    'commonjs 4.0.0 app/packages/web/node_modules/openai',
    'commonjs 3.3.0 app/node_modules/@scope/agent/node_modules/openai',
    'commonjs 5.0.0 app/node_modules/agent/node_modules/openai',
    'esm 6.1.0 app/node_modules/openai',
    'commonjs 6.1.0 app/node_modules/openai',
  ])
})

test('an alias counts by the name in package.json; a namesake of another package does not', () => {
  copy('alias/node_modules/openai-old', '4.1.0', ['core.js'])
  mkdirSync(join(root, 'alias/node_modules/openai'), { recursive: true })
  writeFileSync(join(root, 'alias/node_modules/openai/client.js'), '')
  writeFileSync(join(root, 'alias/node_modules/openai/package.json'), '{ "name": "my-openai" }')
  expect(find('alias/main.js')).toEqual(['commonjs 4.1.0 alias/node_modules/openai-old'])
})

test('a copy reached by several links is one copy, and links in a circle end', () => {
  copy('pnpm/node_modules/.pnpm/openai@6.0.0/node_modules/openai', '6.0.0', ['client.js'])
  symlinkSync(
    join(root, 'pnpm/node_modules/.pnpm/openai@6.0.0/node_modules/openai'),
    join(root, 'pnpm/node_modules/openai'),
  )
  mkdirSync(join(root, 'pnpm/node_modules/self'))
  symlinkSync(join(root, 'pnpm/node_modules'), join(root, 'pnpm/node_modules/self/node_modules'))
  symlinkSync(join(root, 'nowhere'), join(root, 'pnpm/node_modules/gone'))
  expect(find('pnpm/main.js')).toEqual(['commonjs 6.0.0 pnpm/node_modules/.pnpm/openai@6.0.0/node_modules/openai'])
})

test('an entry that is a link is followed', () => {
  copy('linked/real/node_modules/openai', '6.2.0', ['client.js'])
  writeFileSync(join(root, 'linked/real/cli.js'), '')
  mkdirSync(join(root, 'linked/bin'))
  symlinkSync(join(root, 'linked/real/cli.js'), join(root, 'linked/bin/cli'))
  expect(find('linked/bin/cli')).toEqual(['commonjs 6.2.0 linked/real/node_modules/openai'])
})

test('nothing, and a program that is not there, give an empty list', () => {
  mkdirSync(join(root, 'empty'))
  expect(find('empty/main.js')).toEqual([])
  expect(find('no/such/folder/main.js')).toEqual([])
})
