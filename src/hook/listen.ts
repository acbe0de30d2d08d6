// Step 1, load: listens to import-in-the-middle, for classes that reach the program through another tool's loader.
// Main thread; loaded once another tool has it. No wrapper module is made for us, so no tool can lose one to us.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { identify, indexTargets } from './load.ts'
import type { HookTarget, Report } from './target.ts'

// `require`, not `import`: an import of CommonJS starts Node's export lexer, 1 to 2 ms.
const { addHook } = createRequire(import.meta.url)('import-in-the-middle') as typeof import('import-in-the-middle')

/** Hears every module wrapped by a loader that shares our copy of import-in-the-middle, earlier ones included. */
export function listen(targets: readonly HookTarget[], report: Report): void {
  const wanted = indexTargets(targets)
  addHook((url, namespace) => {
    try {
      const match = url.startsWith('file:') ? identify(wanted, fileURLToPath(url)) : null
      if (match !== null) report(namespace[match.name], match.place, 'iitm')
    } catch {
      // an export still uninitialised in an import cycle: the appended statement reports it later
    }
  })
}
