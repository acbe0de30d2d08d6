// Imports run one way (DESIGN, "Layout and direction of imports"), and no file is long. Reads every file of src as text.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))
const MAX_LINES = 200

/** Files beside the folders that everybody may import; they import each other and `options/` only. */
const LEAVES = ['clock', 'context', 'diagnostics', 'errors', 'frame', 'json-walk', 'node-features', 'outside', 'record']
/** Files beside the folders that only export: nothing imports them. */
const SURFACES: Folders = {
  index: ['preload', 'options', 'provider', 'recorder'],
  openai: ['preload', 'provider'],
  llm: ['preload', 'provider'],
  cli: ['cli', 'destinations'],
}
/** The house, top to bottom: a folder and what of the others it may import, whole (`spool`) or one file (`decode/endpoints`). */
const HOUSE: Folders = {
  cli: ['viewer', 'shipper', 'recorder', 'destinations', 'spool', 'decode/usage', 'openai', 'hook', 'options'],
  viewer: [], // reads files only
  provider: ['preload', 'recorder', 'openai', 'decode', 'options'],
  preload: ['hook', 'openai', 'recorder', 'options'],
  recorder: ['openai', 'decode', 'content', 'spool', 'destinations', 'options'],
  shipper: ['spool', 'decode', 'content', 'destinations', 'options'],
  destinations: ['options'],
  spool: ['options'],
  decode: ['content'],
  openai: ['decode/endpoints'],
  content: ['options'],
  hook: [],
  options: [],
}

interface Folders {
  readonly [from: string]: readonly string[]
}

interface Import {
  readonly from: string
  readonly to: string
}

function sourceFiles(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('viewer/page/'))
}

/** Every import of our own files: static, dynamic, `require` and types. */
function importsOf(file: string, text: string): Import[] {
  const found = text.matchAll(/(?:from|import|import\(|require\(|typeof import\()\s*'(\.[^']+)'/g)
  return [...found].map(([, to = '']) => ({
    from: file.replace(/\.ts$/, ''),
    to: posix.join(posix.dirname(file), to).replace(/\.[jt]s$/, ''),
  }))
}

function problemOf({ from, to }: Import): string | null {
  const [folder = '', inner] = from.split('/')
  const [target = '', targetInner] = to.split('/')
  if (targetInner === undefined && LEAVES.includes(target)) return null
  if (inner !== undefined && folder === target && targetInner !== undefined) return null
  const isLeaf = inner === undefined && LEAVES.includes(folder)
  const allowed = isLeaf ? ['options'] : inner === undefined ? SURFACES[folder] : HOUSE[folder]
  if (allowed === undefined)
    return `${from}: say in this test what ${inner === undefined ? folder : `${folder}/`} may import`
  const isAllowed = allowed.includes(to) || (targetInner !== undefined && allowed.includes(target))
  return isAllowed ? null : `${from} imports ${to}`
}

const texts = sourceFiles().map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }))

describe('imports of src', () => {
  test('every file is seen', () => {
    expect(texts.length).toBeGreaterThan(100)
    expect(texts.flatMap(({ file, text }) => importsOf(file, text)).length).toBeGreaterThan(300)
  })

  test('none runs backwards', () => {
    const problems = texts.flatMap(({ file, text }) => importsOf(file, text).flatMap((one) => problemOf(one) ?? []))
    expect([...new Set(problems)].sort()).toEqual([])
  })

  test.each([
    { from: 'openai/patch', to: 'spool/lane' },
    { from: 'spool/lane', to: 'recorder/recorder' },
    { from: 'openai/tap', to: 'decode/decode' },
    { from: 'decode/decode', to: 'openai/call' },
    { from: 'content/scrub', to: 'decode/sse' },
    { from: 'record', to: 'decode/decode' },
    { from: 'hook/load', to: 'openai/targets' },
    { from: 'viewer/server', to: 'provider/history' },
    { from: 'preload/start', to: 'index' },
    { from: 'new-folder/file', to: 'openai/patch' },
  ])('$from → $to would be found', (wrong) => {
    expect(problemOf(wrong)).not.toBeNull()
  })

  test('leaves import leaves', () => {
    const leaves = texts.filter(({ file }) => LEAVES.includes(file.replace(/\.ts$/, '')))
    expect(leaves).toHaveLength(LEAVES.length)
  })
})

test(`no file is over ${MAX_LINES} lines`, () => {
  const long = texts
    .map(({ file, text }) => `${file}: ${text.split('\n').length - 1}`)
    .filter((one) => Number(one.split(': ')[1]) > MAX_LINES)
  expect(long).toEqual([])
})
