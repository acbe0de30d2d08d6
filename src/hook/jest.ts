// Step 1, load: classes loaded by jest. It reads, transforms and runs the modules of each test file itself, in a realm of its own,
// where no load hook sees them. In: its Runtime class. Out: each found class, once per test file. Main thread of jest's processes.
import { pathToFileURL } from 'node:url'
import { type Method, wrapOwn } from '../wrap.ts'
import { appendReport, indexTargets, type WantedFiles } from './load.ts'
import type { HookTarget, Report } from './target.ts'

const MARK = Symbol.for('neatlogs.preload')

/** What a transformer of jest 27 to 30 gives: every file passes it, those of node_modules untransformed. */
interface Transformed {
  readonly code: string
}

interface TransformOptions {
  /** The file is run as an ES module. */
  readonly supportsStaticESM?: boolean
}

interface Transformer {
  transform?(file: string, options: TransformOptions, source: string): Transformed
  transformAsync?(file: string, options: TransformOptions, source: string): Promise<Transformed>
}

/** One test file's. The transformer moved in jest 30.5. */
interface Runtime {
  readonly _environment?: { readonly global?: object }
  readonly _scriptTransformer?: Transformer
  readonly transformCache?: { readonly scriptTransformer?: Transformer }
  unstable_shouldLoadAsEsm?(path: string): boolean
}

/**
 * Reports every wanted class that tests load, by the statement of `appendReport`. jest asks each runtime first how to load the
 * setup files and the test file (since 26): that is when the runtime is complete and nothing is loaded yet.
 */
export function watchJest(runtimeClass: unknown, targets: readonly HookTarget[], report: Report): void {
  const { prototype } = runtimeClass as { readonly prototype: Runtime }
  if (typeof prototype.unstable_shouldLoadAsEsm !== 'function') throw new Error('this version of jest is not known')
  const wanted = indexTargets(targets)
  const seen = new WeakSet<Runtime>()
  wrapOwn(prototype, 'unstable_shouldLoadAsEsm', (original) => {
    const wrapper = {
      method(this: Runtime, ...args: unknown[]) {
        try {
          if (!seen.has(this)) prepare(this, wanted, report)
          seen.add(this)
        } catch {
          // another shape: its calls are not recorded, its tests are as they were
        }
        return original.apply(this, args)
      },
    }
    return wrapper.method as Method
  })
}

function prepare(runtime: Runtime, wanted: WantedFiles, report: Report): void {
  const global = runtime._environment?.global
  const transformer = runtime._scriptTransformer ?? runtime.transformCache?.scriptTransformer
  if (global === undefined || transformer === undefined) return
  // A function of its own for each realm: jest empties what it finds on the global object when the test file has ended.
  const value: Report = (exported, place) => report(exported, place, 'jest')
  Object.defineProperty(global, MARK, { value, configurable: true, enumerable: false, writable: false })
  const append = (file: string, { supportsStaticESM }: TransformOptions, result: Transformed): Transformed => {
    try {
      const loaded = { format: supportsStaticESM ? 'module' : 'commonjs', source: result.code }
      const { source } = appendReport(wanted, pathToFileURL(file).href, loaded)
      return source === result.code ? result : { ...result, code: source as string }
    } catch {
      return result
    }
  }
  const { transform, transformAsync } = transformer
  if (transform) {
    transformer.transform = function (file, options, source) {
      return append(file, options, transform.call(this, file, options, source))
    }
  }
  if (transformAsync) {
    transformer.transformAsync = async function (file, options, source) {
      return append(file, options, await transformAsync.call(this, file, options, source))
    }
  }
}
