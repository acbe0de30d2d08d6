// The map of the house: imports run one way, top to bottom, in no circle, types included, and no file is long. Reads every file of src as
// text. docs/architecture.md shows the same table as a picture.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SRC = join(ROOT, 'src')
const MAX_LINES = 200

/** Files beside the folders that everybody may import; they import each other and `options/` only. */
const LEAVES = [
  'clock',
  'context',
  'diagnostics',
  'errors',
  'frame',
  'free-memory',
  'hex',
  'json-walk',
  'narrow',
  'node-features',
  'originals',
  'private-file',
  'record',
  'safe-text',
  'same-texts',
  'utf8',
  'wire-text',
  'wrap',
]
/** Files beside the folders that only export: nothing imports them. */
const SURFACES: Folders = {
  index: ['preload', 'options', 'provider', 'recorder'],
  openai: ['preload', 'provider'],
  llm: ['preload', 'provider'],
  cli: ['cli', 'destinations'],
}
/** Names and shapes of keys: what every part must know before it writes or prints. Imports leaves only. */
const EVERYBODYS = 'secrets'
/** The house, top to bottom: a folder and what of the others it may import, whole (`spool`) or one file (`decode/endpoints`). */
const HOUSE: Folders = {
  cli: [
    'viewer',
    'conversation',
    'export',
    'filter',
    'shipper',
    'recorder',
    'destinations',
    'spool',
    'decode/usage',
    'openai',
    'hook',
    'options',
  ],
  // Reads files only, but for its own index, in a folder made like every other; decode's are tables for record, spans and view.
  viewer: ['export', 'filter', 'decode/reasoning', 'decode/tool-items', 'spool/root'],
  conversation: ['decode/reasoning'], // bodies of any endpoint → turns to read, for the page and `show`
  provider: ['preload', 'recorder', 'openai', 'decode', 'options'],
  preload: ['hook', 'openai', 'recorder', 'options'],
  recorder: ['openai', 'decode', 'content', 'spool', 'destinations', 'options'],
  shipper: ['spool', 'decode', 'content', 'destinations', 'options'],
  destinations: [
    'decode/reasoning',
    'decode/tool-items',
    'content/words-only',
    'decode/content-encoding',
    'spool/root',
    'options',
  ],
  spool: ['options'],
  openai: ['decode/endpoints', 'decode/content-encoding'], // an error answer of the wire may echo the key: masked before the disk
  export: ['decode/reasoning', 'decode/tool-items', 'content/withhold'], // records → lines of other formats: reads what a record says, knows neither files nor servers
  filter: [],
  decode: ['content', 'shapes'],
  content: ['options'],
  shapes: [], // tables of what servers do: a new server is a line
  hook: [],
  options: [],
  secrets: [],
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
    .filter((name) => /\.tsx?$/.test(name))
}

/** Every import of our own files: static, dynamic, `require` and types. */
function importsOf(file: string, text: string): Import[] {
  const found = text.matchAll(/(?:from|import|import\(|require\(|typeof import\()\s*'(\.[^']+)'/g)
  return [...found].map(([, to = '']) => ({
    from: withoutEnding(file),
    to: withoutEnding(posix.join(posix.dirname(file), to)),
  }))
}

function withoutEnding(file: string): string {
  return file.replace(/\.[jt]sx?$/, '')
}

/** Every circle, as the files on the way round. */
function circlesOf(imports: readonly Import[]): string[] {
  const targets = new Map<string, Set<string>>()
  for (const { from, to } of imports) targets.set(from, (targets.get(from) ?? new Set()).add(to))
  const circles = new Set<string>()
  const done = new Set<string>()
  const walk = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.add([...way.slice(way.indexOf(file)), file].join(' → '))
    if (way.includes(file) || done.has(file)) return
    for (const target of targets.get(file) ?? []) walk(target, [...way, file])
    done.add(file)
  }
  for (const file of targets.keys()) walk(file, [])
  return [...circles]
}

/** The picture in docs/architecture.md. */
function mermaidOf(house: Folders): string {
  const arrows = Object.entries(house).flatMap(([from, targets]) => targets.map((to) => `  ${from} --> ${to}`))
  return ['```mermaid', 'flowchart TD', ...arrows, '```'].join('\n')
}

function problemOf({ from, to }: Import): string | null {
  const [folder = '', inner] = from.split('/')
  const [target = '', targetInner] = to.split('/')
  if (targetInner === undefined && LEAVES.includes(target)) return null
  if (target === EVERYBODYS && targetInner !== undefined) return null
  if (inner !== undefined && folder === target && targetInner !== undefined) return null
  const isLeaf = inner === undefined && LEAVES.includes(folder)
  const allowed = isLeaf ? ['options'] : inner === undefined ? SURFACES[folder] : HOUSE[folder]
  if (allowed === undefined)
    return `${from}: say in this test what ${inner === undefined ? folder : `${folder}/`} may import`
  const isAllowed = allowed.includes(to) || (targetInner !== undefined && allowed.includes(target))
  return isAllowed ? null : `${from} imports ${to}`
}

const everything = sourceFiles().map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }))
const imports = everything.flatMap(({ file, text }) => importsOf(file, text))
/** The page is a program of its own, in the browser. */
const texts = everything.filter(({ file }) => !file.startsWith('viewer/page/'))

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

  test('none goes in a circle', () => {
    expect(circlesOf(imports)).toEqual([])
  })

  test('a circle would be found, also behind another file', () => {
    const around = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'b'],
      ['a', 'c'],
    ]
    expect(circlesOf(around.map(([from = '', to = '']) => ({ from, to })))).toEqual(['b → c → b'])
  })

  test('each folder stands below those that import it', () => {
    const order = Object.keys(HOUSE)
    const upwards = Object.entries(HOUSE).flatMap(([from, targets]) =>
      targets
        .filter((to) => order.indexOf(to.split('/')[0] ?? '') <= order.indexOf(from))
        .map((to) => `${from} → ${to}`),
    )
    expect(upwards).toEqual([])
  })

  test('docs/architecture.md shows this very table', () => {
    expect(readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')).toContain(mermaidOf(HOUSE))
  })

  test('beside the folders there is nothing but surfaces and leaves', () => {
    const loose = texts.map(({ file }) => withoutEnding(file)).filter((file) => !file.includes('/'))
    expect(loose.sort()).toEqual([...LEAVES, ...Object.keys(SURFACES)].sort())
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
