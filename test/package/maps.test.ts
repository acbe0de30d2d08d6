// Source maps: a stack trace and a debugger show our TypeScript, although `src` is not in the package.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../integration/place.ts'

/** A file that leads to parts of a bundle: no line of a source. */
const ONLY_PASSES_ON = /^(?:(?:import|export) \{[^}]*\}(?: from "[^"]+")?;\s*)+$/
const DIST = join(ROOT, 'dist')

/** The files of ours that a file imports at once. */
const importsOf = (name: string): string[] =>
  [...readFileSync(join(DIST, name), 'utf8').matchAll(/ from "(\.[^"]+)"/g)].map(([, to = '']) => to)

interface SourceMap {
  readonly sources: string[]
  readonly sourcesContent?: string[]
  readonly mappings: string
}

const filesOf = (pattern: RegExp): string[] =>
  readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('viewer/page') && pattern.test(name),
  )

test('each file has a map that holds its sources', () => {
  const scripts = filesOf(/\.js$/)
  expect(scripts.length).toBeGreaterThan(100)
  for (const name of scripts) {
    if (!existsSync(join(DIST, `${name}.map`))) {
      expect(readFileSync(join(DIST, name), 'utf8')).toMatch(ONLY_PASSES_ON)
      continue
    }
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(DIST, `${name}.map`), 'utf8')) as SourceMap
    const paths = sources.map((source) => resolve(dirname(join(DIST, name)), source))
    const isBundle = name.startsWith('bundle/') || paths.length !== 1
    if (!isBundle) expect(relative(ROOT, paths[0] ?? '')).toBe(`src/${name.replace(/\.js$/, '.ts')}`)
    expect(sourcesContent).toEqual(paths.map((path) => readFileSync(path, 'utf8')))
  }
})

test('the shipper is three files, whose maps lead to the sources', () => {
  const { sources, mappings } = JSON.parse(readFileSync(join(DIST, 'bundle/ship.js.map'), 'utf8')) as SourceMap
  expect(sources).toEqual(expect.arrayContaining(['../../src/decode/decode.ts', '../../src/shipper/pipeline.ts']))
  const lines = readFileSync(join(DIST, 'bundle/ship.js'), 'utf8').split('\n')
  expect(mappings.split(';')[lines.findIndex((line) => line.includes('function decodeCall('))]).not.toBe('')
  expect(lines.filter((line) => / from "\./.test(line))).toEqual([])
  expect(importsOf('bundle/send.js')).toEqual(['./ship.js'])
  expect(importsOf('shipper/worker.js')).toEqual(['../bundle/ship.js'])
})

test('parts are ASCII: V8 keeps a file with one letter beyond Latin-1 as UTF-16', () => {
  const wide = filesOf(/^bundle\/.*\.js$/).filter((name) => /[^\0-\x7f]/.test(readFileSync(join(DIST, name), 'utf8')))
  expect(wide).toEqual([])
})

test('what a first call loads is one file', () => {
  for (const name of ['openai/observe.js', 'preload/process-recorder.js']) {
    expect(importsOf(name)).toEqual(['../bundle/call.js'])
  }
  const first = ['node-features', 'originals'].map((name) => `../${name}.js`)
  expect(importsOf('bundle/call.js').sort()).toEqual([...first, './context.js', './early.js'])
})

test('what a start loads is one file beside the first ones', () => {
  expect(importsOf('preload/start.js').sort()).toEqual(['../bundle/early.js', '../originals.js'])
  expect(importsOf('bundle/early.js').sort()).toEqual(['../node-features.js', '../originals.js'])
  // They stand alone: Node's thread for load hooks reads them.
  for (const name of ['hook/load.js', 'openai/targets.js']) expect(importsOf(name)).toEqual([])
})

test('Node shows the line of the source', () => {
  const script = `import { parseOptions } from '${join(DIST, 'options', 'options.js')}'
    try { parseOptions({}, { sampleRate: 9 }) } catch (error) { console.log(error.stack) }`
  const stack = execFileSync(process.execPath, ['--enable-source-maps', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  const [, line] = /src\/options\/options\.ts:(\d+):\d+/.exec(stack) ?? []
  expect(readFileSync(join(ROOT, 'src', 'options', 'options.ts'), 'utf8').split('\n')[Number(line) - 1]).toContain(
    'new NeatlogsError',
  )
})
