// Doctor's child: loads copies of openai as a program would, under the real preload. In: places as JSON in the first argument.
// Out: one line on stdout: which classes bear the mark of the patch, and why others could not be loaded. A process of its own.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { CopyPlace } from '../../hook/target.ts'
import { OPENAI_TARGET } from '../../openai/targets.ts'
import { PATCHED } from '../../wrap.ts'

export interface LoadedCopy {
  readonly file: string
  readonly isPatched: boolean
  /** Why it could not be loaded, or null. */
  readonly reason: string | null
}

const require = createRequire(import.meta.url)
const NAMES = [...OPENAI_TARGET.esm, ...OPENAI_TARGET.cjs].map(({ report }) => report.replace('exports.', ''))

async function loadCopy({ file, folder, format }: CopyPlace): Promise<LoadedCopy> {
  try {
    // By the package's entry first: the defining file alone is not what programs require.
    if (format === 'commonjs') require(folder)
    const loaded: unknown = format === 'esm' ? await import(pathToFileURL(file).href) : require(file)
    return {
      file,
      isPatched: NAMES.some((name) => isMarked((loaded as { [name: string]: unknown })[name])),
      reason: null,
    }
  } catch (error) {
    const [reason = ''] = String((error as Error)?.message ?? error).split('\n')
    return { file, isPatched: false, reason }
  }
}

/** The prototype that owns the methods bears the mark: the class's own, or one it inherits from. */
function isMarked(exported: unknown): boolean {
  return typeof exported === 'function' && PATCHED in (exported.prototype as object)
}

const copies: LoadedCopy[] = []
for (const place of JSON.parse(process.argv[2] ?? '[]') as CopyPlace[]) copies.push(await loadCopy(place))
process.stdout.write(`\nneatlogs-doctor ${JSON.stringify(copies)}\n`)
