// Builds what the loading tests run in: a copy of the package whose start only prints, and programs beside real openai
// copies in every layout. In: the built dist. Out: one temporary folder.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { ROOT } from '../run.ts'

const DIST = process.env.NEATLOGS_TEST_DIST ?? join(ROOT, 'dist')
const HERE = join(ROOT, 'test', 'integration', 'loading')
const VERSIONS = ['3.0.0', '3.3.0', '4.0.0', '4.104.0', '5.0.1', '5.23.2', '6.0.0', '7.0.0', '7.57.0', '7.59.0']
/** What the hooks need at run time, with what that needs: under --preserve-symlinks a link's own neighbours count. */
const PACKAGES = ['import-in-the-middle', 'require-in-the-middle', 'shimmer', 'module-details-from-path', 'debug', 'ms']

export interface Tree {
  readonly root: string
  /** A neatlogs outside every program's tree. */
  readonly neatlogs: string
}

/** Builds the folder; gone after the test file. */
export function makeTree(): Tree {
  const root = mkdtempSync(join(tmpdir(), 'neatlogs-loading-'))
  afterAll(() => rmSync(root, { recursive: true, force: true })) // vitest ends its workers without an `exit`
  const neatlogs = join(root, 'opt', 'neatlogs')
  placeNeatlogs(neatlogs)
  placeMain(join(root, 'main'))
  placeNeatlogs(join(root, 'main', 'node_modules', 'neatlogs'))
  placePnpm(join(root, 'pnpm'))
  place(join(root, 'frameworks', 'node_modules'), join(ROOT, 'fixtures', 'frameworks', 'node_modules'))
  placePrograms(join(root, 'frameworks'))
  // Not kept as typed.cts: tsc refuses `import` there, tsx compiles it.
  copy(join(HERE, 'programs', 'typed.ts'), join(root, 'frameworks', 'typed.cts'))
  for (const version of VERSIONS) {
    place(join(root, version, 'node_modules', 'openai'), openai(version))
    placePrograms(join(root, version))
  }
  return { root, neatlogs }
}

/** A whole install: entry files, dist with the printing start, and the packages it needs. */
export function placeNeatlogs(folder: string): void {
  for (const file of ['register.mjs', 'register.cjs', 'loader.mjs', 'package.json'])
    copy(join(ROOT, file), join(folder, file))
  for (const part of ['hook', 'bundle/early.js', 'node-features.js', 'originals.js', 'openai/targets.js']) {
    copy(join(DIST, part), join(folder, 'dist', part))
  }
  copy(join(HERE, 'start-prints.mjs'), join(folder, 'dist', 'preload', 'start.js'))
  for (const name of PACKAGES) place(join(folder, 'node_modules', name), join(ROOT, 'node_modules', name))
}

/** Several copies at once: at the top, nested, under an alias, and in a renamed folder outside `node_modules`. */
function placeMain(folder: string): void {
  const modules = join(folder, 'node_modules')
  place(join(modules, 'openai'), openai('6.49.0'))
  copy(openai('5.23.2'), join(modules, 'openai-five'))
  copy(openai('6.0.0'), join(folder, 'vendor', 'ai'))
  placeDependency(join(modules, 'dep-esm'), '7.57.0', {
    'index.js': "export { OpenAI } from 'openai'\n",
    'package.json': '{ "name": "dep-esm", "type": "module", "exports": "./index.js" }',
  })
  placeDependency(join(modules, 'dep-four'), '4.104.0', {
    'index.js': "module.exports = require('openai')\n",
    'package.json': '{ "name": "dep-four" }',
  })
  placeDependency(join(modules, 'dep-three'), '3.3.0', {
    'index.js': "module.exports = require('openai')\n",
    'package.json': '{ "name": "dep-three" }',
  })
  placePrograms(folder)
}

function placeDependency(folder: string, version: string, files: { readonly [name: string]: string }): void {
  place(join(folder, 'node_modules', 'openai'), openai(version))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}

function placePnpm(folder: string): void {
  const store = join(folder, 'node_modules', '.pnpm')
  const inStore = join(store, 'openai@6.49.0_zod@4.6.7', 'node_modules', 'openai')
  copy(openai('6.49.0'), inStore)
  place(join(folder, 'node_modules', 'openai'), inStore)
  const dependency = join(store, 'dep-four@1.0.0', 'node_modules')
  copy(openai('4.104.0'), join(store, 'openai@4.104.0', 'node_modules', 'openai'))
  for (const name of readdirSync(dirname(openai('4.104.0')))) {
    if (name !== 'openai' && !name.startsWith('.')) {
      place(join(store, 'openai@4.104.0', 'node_modules', name), join(dirname(openai('4.104.0')), name))
    }
  }
  place(join(dependency, 'openai'), join(store, 'openai@4.104.0', 'node_modules', 'openai'))
  mkdirSync(join(dependency, 'dep-four'))
  writeFileSync(join(dependency, 'dep-four', 'index.js'), "module.exports = require('openai')\n")
  place(join(folder, 'node_modules', 'dep-four'), join(dependency, 'dep-four'))
  placePrograms(folder)
}

function placePrograms(folder: string): void {
  copy(join(HERE, 'programs'), folder)
}

function openai(version: string): string {
  return join(ROOT, 'fixtures', `openai-${version}`, 'node_modules', 'openai')
}

function place(link: string, target: string): void {
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(target, link)
}

/** Sources and types are left out: no program loads them. */
function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true, filter: (path) => !/(\.d\.m?ts|\.map|openai\/src)$/.test(path) })
}
