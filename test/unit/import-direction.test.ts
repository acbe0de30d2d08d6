// Imports run one way (DESIGN, "Layout and direction of imports"), and no file is long. Reads every file of src as text.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))
const MAX_LINES = 200

/** Imported everywhere; they import each other only. */
const LEAVES = [
  'bundled',
  'clock',
  'context',
  'diagnostics',
  'errors',
  'frame',
  'node-features',
  'option-table',
  'option-value',
  'options',
  'outside',
  'record',
  'redact-rules',
]
/** Folders and what they may import beside themselves and the leaves: a folder (`spool`) or one file (`openai/decode`). */
const ALLOWED: { readonly [folder: string]: readonly string[] } = {
  hook: [],
  openai: [],
  destinations: [],
  spool: [],
  // The worker's start, which wires tail → decode → batch → destinations.
  shipper: ['spool', 'destinations', 'openai/decode', 'openai/sample'],
  // Reads files only.
  viewer: [],
  // On top of all that records.
  provider: ['openai', 'attach', 'preload-recorder', 'recorder', 'recorders', 'redacting', 'start-options'],
  cli: ['*'],
}
/** Files beside the folders: they wire, so they may import folders; nothing below may import them. */
const FILES: { readonly [file: string]: readonly string[] } = {
  start: ['hook', 'openai', 'attach', 'preload-recorder'],
  attach: ['hook', 'openai', 'preload-recorder'],
  'preload-recorder': ['openai', 'recorder', 'recorders', 'redacting', 'start-options'],
  recorder: ['openai', 'spool', 'lane-info', 'redacting', 'shared-lane'],
  recorders: ['preload-recorder', 'recorder', 'redacting'],
  redacting: ['openai'],
  'shared-lane': ['spool'],
  'start-options': ['redacting'],
  'lane-info': ['destinations', 'spool'],
  index: ['attach', 'provider', 'recorder', 'recorders', 'redacting', 'start-options'],
  openai: ['attach', 'provider'],
  llm: ['attach', 'provider'],
  cli: ['*'],
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
  const isLeaf = inner === undefined && LEAVES.includes(folder)
  if (targetInner === undefined && LEAVES.includes(target)) return null
  if (inner !== undefined && folder === target && targetInner !== undefined) return null
  const allowed = isLeaf ? [] : inner === undefined ? FILES[folder] : ALLOWED[folder]
  if (allowed === undefined)
    return `${from}: say in this test what ${inner === undefined ? folder : `${folder}/`} may import`
  const isAllowed =
    allowed.includes('*') || allowed.includes(to) || (targetInner !== undefined && allowed.includes(target))
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
    { from: 'spool/lane', to: 'recorder' },
    { from: 'record', to: 'openai/decode' },
    { from: 'hook/load', to: 'openai/targets' },
    { from: 'viewer/server', to: 'provider/history' },
    { from: 'start', to: 'index' },
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
