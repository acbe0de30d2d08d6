// jest's own loader, told by the shapes its Runtime has had: the statement is appended to what its transformer gives, and to no more.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { FoundCopy } from '../../../src/hook/install.ts'
import { watchJest } from '../../../src/hook/jest.ts'
import { OPENAI_TARGET } from '../../../src/openai/targets.ts'

const MARK = Symbol.for('neatlogs.preload')
const CODE = 'class OpenAI {}\nexports.OpenAI = OpenAI'
const temporary = mkdtempSync(join(tmpdir(), 'neatlogs-jest-'))
const folder = makePackage()
afterAll(() => rmSync(temporary, { recursive: true }))

function makePackage(): string {
  const root = join(temporary, 'node_modules', 'openai')
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, 'package.json'), '{"name":"openai","version":"6.0.0"}')
  for (const name of ['client.js', 'client.mjs', 'other.js']) writeFileSync(join(root, name), CODE)
  cpSync(root, join(root, '..', 'stranger'), { recursive: true })
  writeFileSync(join(root, '..', 'stranger', 'package.json'), '{"name":"stranger"}')
  return root
}

function makeTransformer() {
  return {
    transform: (_file: string, _options: object, source: string) => ({ code: source, sourceMapPath: 'map' }),
    transformAsync: async (_file: string, _options: object, source: string) => ({ code: source, sourceMapPath: 'map' }),
  }
}
type Transformer = ReturnType<typeof makeTransformer>

/** A class as jest-runtime exports it; `shape` puts the transformer where that version has it. */
function makeRuntime(shape: (transformer: Transformer) => object) {
  class Runtime {
    readonly _environment: { readonly global: { [key: symbol]: unknown } } = { global: {} }
    readonly asked: string[] = []
    constructor(transformer: Transformer) {
      Object.assign(this, shape(transformer))
    }
    unstable_shouldLoadAsEsm(path: string): boolean {
      this.asked.push(path)
      return path.endsWith('.mjs')
    }
  }
  return Runtime
}

const SHAPES = {
  'jest 27 to 30.4': (transformer: Transformer) => ({ _scriptTransformer: transformer }),
  'jest 30.5': (transformer: Transformer) => ({ transformCache: { scriptTransformer: transformer } }),
}

test.each(Object.entries(SHAPES))(
  '%s: the wanted files report to the realm of their test file',
  async (_name, shape) => {
    const found: unknown[] = []
    const Runtime = makeRuntime(shape)
    watchJest(Runtime, [OPENAI_TARGET], (exported, place, via) => found.push([exported, place.version, via]))
    const transformer = makeTransformer()
    const runtime = new Runtime(transformer)
    expect([runtime.unstable_shouldLoadAsEsm('a.test.js'), runtime.unstable_shouldLoadAsEsm('b.mjs')]).toEqual([
      false,
      true,
    ])
    expect(runtime.asked).toEqual(['a.test.js', 'b.mjs'])

    const common = transformer.transform(join(folder, 'client.js'), { supportsStaticESM: false }, CODE)
    expect(common.code).toMatch(/^class OpenAI.*neatlogs\.preload.*\(module\.exports\.OpenAI,/s)
    expect(common.sourceMapPath).toBe('map')
    const module = await transformer.transformAsync(join(folder, 'client.mjs'), { supportsStaticESM: true }, CODE)
    expect(module.code).toMatch(/neatlogs\.preload.*\(OpenAI,/s)
    expect(common.code.split('neatlogs.preload')).toHaveLength(2) // asked twice, appended once
    for (const other of [join(folder, 'other.js'), join(folder, '..', 'stranger', 'client.js')]) {
      expect(transformer.transform(other, {}, CODE).code).toBe(CODE)
    }

    const report = runtime._environment.global[MARK] as (exported: unknown, place: Partial<FoundCopy>) => void
    report('the class', { version: '6.0.0' })
    expect(found).toEqual([['the class', '6.0.0', 'jest']])
    expect(Object.keys(runtime._environment.global)).toEqual([])
  },
)

test('a jest of another shape runs as it is', () => {
  const Runtime = makeRuntime(() => ({ _environment: undefined }))
  watchJest(Runtime, [OPENAI_TARGET], () => {})
  expect(new Runtime(makeTransformer()).unstable_shouldLoadAsEsm('a.mjs')).toBe(true)
  expect(() => watchJest(class {}, [OPENAI_TARGET], () => {})).toThrow('this version of jest is not known')
})
