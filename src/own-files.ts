// Whether the files that this package loads late are there: a bundle holds what is imported, and nothing can be recorded with that
// alone. Leaf. Main and user threads.
import { createRequire } from 'node:module'

// In a CommonJS bundle `import.meta` is empty, here and in every file that the API imports: nothing may fail for that before it is said.
const require = createRequire(import.meta.url ?? process.execPath)

let isWhole: boolean | undefined

/** Looks once. False when neatlogs is inlined in a bundle, away from its files: said on stderr, and the program runs on. */
export function hasOwnFiles(): boolean {
  isWhole ??= look()
  return isWhole
}

function look(): boolean {
  try {
    require('./node-features.js')
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error
    tell()
    return false
  }
}

/** By hand: the diagnostics are late files, too. */
function tell(): void {
  const where = process.argv[1] ?? process.cwd()
  const remedy =
    "keep it external: esbuild --external:neatlogs, webpack `externals`, Next.js `serverExternalPackages: ['neatlogs']`"
  try {
    process.stderr.write(
      `neatlogs: it is inlined in a bundle (${where}), away from the files it needs, so that bundle starts no recording; ${remedy}\n`,
    )
  } catch {
    // stderr is closed
  }
}
