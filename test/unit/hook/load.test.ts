import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appendReport, candidates, identify, indexTargets } from '../../../src/hook/load.ts'
import { OPENAI_TARGET } from '../../../src/openai/targets.ts'

const wanted = indexTargets([OPENAI_TARGET])
const ESM_SOURCE = 'export class OpenAI {}\n//# sourceMappingURL=client.mjs.map'
const CJS_SOURCE = 'class OpenAI {}\nexports.OpenAI = OpenAI;'
let root = ''

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'neatlogs-load-'))
  place('openai/package.json', '{ "name": "openai", "version": "6.1.0", "dependencies": {} }')
  place('three/package.json', '{ "name": "openai", "version": "3.3.0", "dependencies": { "axios": "1" } }')
  place('other/package.json', '{ "name": "other", "version": "1.0.0" }')
  place('broken/package.json', '{ "name": ')
  place('unversioned/package.json', '{ "name": "openai" }')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function place(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

const urlOf = (path: string) => pathToFileURL(join(root, path)).href

/** Runs what a loader would hand to Node, and gives what it reports: the name of each class and its place. */
function runAppended(source: unknown, format: 'esm' | 'commonjs'): unknown[][] {
  const reports: unknown[][] = []
  const holder = globalThis as unknown as { [mark: symbol]: unknown }
  const mark = Symbol.for('neatlogs.preload')
  holder[mark] = (exported: { name: string }, place: unknown) => reports.push([exported.name, place])
  try {
    const text = String(source).replaceAll('export class', 'class')
    const module = { exports: {} }
    if (format === 'esm') new Function(text)()
    else new Function('module', 'exports', text)(module, module.exports)
  } finally {
    delete holder[mark]
  }
  return reports
}

describe('appendReport', () => {
  test('an ES file reports its class, one line below its last comment', () => {
    const loaded = appendReport(wanted, urlOf('openai/client.mjs'), { format: 'module', source: ESM_SOURCE })
    expect(String(loaded.source).startsWith(`${ESM_SOURCE}\n;try{`)).toBe(true)
    const place = {
      file: join(root, 'openai/client.mjs'),
      folder: join(root, 'openai'),
      version: '6.1.0',
      format: 'esm',
    }
    expect(runAppended(loaded.source, 'esm')).toEqual([['OpenAI', place]])
  })

  test('a CommonJS file reports its export, also when Node does not name the format (v3)', () => {
    for (const format of ['commonjs', undefined, null]) {
      const loaded = appendReport(wanted, urlOf('openai/client.js'), { format, source: CJS_SOURCE } as {
        source: string
      })
      expect(runAppended(loaded.source, 'commonjs')).toMatchObject([['OpenAI', { format: 'commonjs' }]])
    }
  })

  test('an ES file that a loader has turned into CommonJS reports from module.exports', () => {
    const source = 'class OpenAI {}\nmodule.exports = { OpenAI }'
    const loaded = appendReport(wanted, urlOf('openai/client.mjs'), { format: 'commonjs', source })
    expect(runAppended(loaded.source, 'commonjs')).toMatchObject([['OpenAI', { format: 'commonjs' }]])
  })

  test('bytes of every kind are sources', () => {
    const bytes = new TextEncoder().encode(ESM_SOURCE)
    for (const source of [bytes, Buffer.from(bytes), bytes.buffer, new DataView(bytes.buffer), new Uint8Array(bytes)]) {
      const loaded = appendReport(wanted, urlOf('openai/client.mjs'), { format: 'module', source })
      expect(runAppended(loaded.source, 'esm')).toHaveLength(1)
    }
  })

  test('a query or a hash does not hide a file, and its path is the file', () => {
    for (const suffix of ['?v=1', '#x', '?a=b#c/d']) {
      const loaded = appendReport(wanted, urlOf('openai/client.mjs') + suffix, { format: 'module', source: ESM_SOURCE })
      expect(runAppended(loaded.source, 'esm')[0]?.[1]).toMatchObject({ file: join(root, 'openai/client.mjs') })
    }
  })

  test('other fields of what the loader gave stay', () => {
    const given = { format: 'module', source: ESM_SOURCE, shortCircuit: true, responseURL: 'x' }
    expect(appendReport(wanted, urlOf('openai/client.mjs'), given)).toMatchObject({
      format: 'module',
      shortCircuit: true,
      responseURL: 'x',
    })
  })

  test('appended twice is appended once', () => {
    const url = urlOf('openai/client.mjs')
    const once = appendReport(wanted, url, { format: 'module', source: ESM_SOURCE })
    expect(appendReport(wanted, url, once)).toBe(once)
  })

  test('the statement cannot throw: a name that is not there, a receiver that throws, no receiver', () => {
    const { source } = appendReport(wanted, urlOf('openai/client.mjs'), {
      format: 'module',
      source: '{ class OpenAI {} }',
    })
    expect(runAppended(source, 'esm')).toEqual([])
    new Function(String(source))()
    const holder = globalThis as unknown as { [mark: symbol]: unknown }
    holder[Symbol.for('neatlogs.preload')] = () => {
      throw new Error('ours')
    }
    new Function(String(source).replace('{ class', 'class').replace('} }', '}'))()
    delete holder[Symbol.for('neatlogs.preload')]
  })

  test.each<readonly [string, string, unknown]>([
    ['another package', 'other/client.mjs', ESM_SOURCE],
    ['a package without a readable package.json', 'broken/client.mjs', ESM_SOURCE],
    ['a folder without package.json', 'openai/resources/client.mjs', ESM_SOURCE],
    ['another file', 'openai/azure.mjs', ESM_SOURCE],
    ['the end of another name', 'openai/my-client.mjs', ESM_SOURCE],
    ['a file that only passes the class on', 'openai/index.mjs', "export { OpenAI } from './client.mjs'"],
    ['another class', 'openai/client.mjs', 'export class OpenAIClient {}'],
    ['no source', 'openai/client.js', null],
    ['no source at all', 'openai/client.js', undefined],
    ['a source of an unknown kind', 'openai/client.js', 5],
  ])('gives back the very object for %s', (_name, path, source) => {
    const given = { format: path.endsWith('.mjs') ? 'module' : 'commonjs', source }
    expect(appendReport(wanted, urlOf(path), given)).toBe(given)
  })

  test('gives back the very object for addresses that are no files', () => {
    const given = { format: 'module', source: ESM_SOURCE }
    for (const url of [
      'data:text/javascript,/client.mjs',
      'https://host/openai/client.mjs',
      'node:fs',
      '/client.mjs',
    ]) {
      expect(appendReport(wanted, url, given)).toBe(given)
    }
  })
})

test('identify names the class, the copy and its version; a version may be unknown', () => {
  expect(identify(wanted, join(root, 'three/dist/api.js'))).toEqual({
    name: 'OpenAIApi',
    place: { file: join(root, 'three/dist/api.js'), folder: join(root, 'three'), version: '3.3.0', format: 'commonjs' },
    hasDependencies: true,
  })
  expect(identify(wanted, join(root, 'openai/core.js'))).toMatchObject({ name: 'APIClient', hasDependencies: false })
  expect(identify(wanted, join(root, 'unversioned/client.js'))?.place.version).toBe(null)
  expect(identify(wanted, join(root, 'openai/api.js'))).toBe(null)
})

test('candidates understand Windows paths', () => {
  expect(candidates(wanted, 'C:\\app\\node_modules\\openai\\dist\\api.js')).toHaveLength(1)
  expect(candidates(wanted, 'C:\\app\\node_modules\\openai\\api.js')).toEqual([])
})
