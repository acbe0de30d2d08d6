// Source maps: a stack trace and a debugger show our TypeScript, although `src` is not in the package.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../integration/place.ts'

/** A part of a bundle that names another: no line of a source. */
const ONLY_PASSES_ON = /^export \{[^}]*\} from "[^"]+";\s*$/
const DIST = join(ROOT, 'dist')

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

test('the shipper is three files, whose maps lead to the line of the source', () => {
  const { sources, mappings } = JSON.parse(readFileSync(join(DIST, 'bundle/ship.js.map'), 'utf8')) as SourceMap
  expect(sources).toEqual(expect.arrayContaining(['../../src/decode/decode.ts', '../../src/shipper/pipeline.ts']))
  const lines = readFileSync(join(DIST, 'bundle/ship.js'), 'utf8').split('\n')
  expect(mappings.split(';')[lines.findIndex((line) => line.includes('function decodeCall('))]).not.toBe('')
  const late = /from "\.\/(?!ship\.js|send\.js)/
  expect(lines.filter((line) => late.test(line))).toEqual([])
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
