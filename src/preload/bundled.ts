// Whether neatlogs is inlined in a bundle: that holds what is imported, not the files that are loaded late, and nothing can be recorded
// without those. Leaf, evaluated before the files that a bundle breaks. Main and user threads.
import { createRequire } from 'node:module'
import { natively } from '../originals.ts'

const REMEDY =
  "keep it external: esbuild --external:neatlogs, webpack `externals`, Next.js `serverExternalPackages: ['neatlogs']`"

// In a CommonJS bundle `import.meta` is empty, and every file's `createRequire(import.meta.url)` would throw without saying why. No
// default may be written there: Turbopack (16.4) then no longer traces what the file requires into `standalone`.
if (import.meta.url === undefined) {
  // As a `NeatlogsError` looks, without its file, which each program that imports neatlogs would load for this.
  class Inlined extends Error {
    override readonly name = 'NeatlogsError'
    readonly code = 'ERR_NEATLOGS_BUNDLED'
  }
  Object.defineProperty(Inlined, 'name', { value: 'NeatlogsError' })
  throw new Inlined(`neatlogs is inlined in a CommonJS bundle; ${REMEDY}`)
}
const require = createRequire(import.meta.url)

let answer: boolean | undefined

/** Looks once. True in a bundle, away from our files: said on stderr, and the program runs on. */
export function isInlined(): boolean {
  answer ??= look()
  return answer
}

function look(): boolean {
  try {
    natively(() => require('../node-features.js'))
    return false
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error
    tell()
    return true
  }
}

/** By hand: the diagnostics are late files, too. */
function tell(): void {
  const where = process.argv[1] ?? process.cwd()
  try {
    process.stderr.write(
      `neatlogs: it is inlined in a bundle (${where}), away from the files it needs, so that bundle starts no recording; ${REMEDY}\n`,
    )
  } catch {
    // stderr is closed
  }
}
