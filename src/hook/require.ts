// Step 1, load: classes loaded by `require()`, where no load hook sees it (Node 20, tsx). Main thread. Loaded late: the
// import of require-in-the-middle is most of what a preload costs.
import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import { identify, indexTargets, type Match } from './load.ts'
import type { HookTarget, Report } from './target.ts'

// `require`, not `import`: an import of CommonJS starts Node's export lexer, 1 to 2 ms.
const { Hook } = createRequire(import.meta.url)('require-in-the-middle') as typeof import('require-in-the-middle')

/** Reports each wanted class as `require()` returns the file that defines it. Exports are handed back as they are. */
export function hookRequire(targets: readonly HookTarget[], report: Report): void {
  const wanted = indexTargets(targets)
  let match: Match | null = null
  // require-in-the-middle knows packages by their folder's name. Asked for the file name first (index.js, 8.0.1), this
  // list answers by the package's own name, so that aliases and renamed folders count; a version that does not ask
  // reads the names.
  const names = moduleNames(targets)
  const includes = (name: unknown) => {
    match = typeof name === 'string' && isAbsolute(name) ? identify(wanted, name) : null
    return match !== null
  }
  Object.defineProperty(names, 'includes', { value: includes })
  new Hook(names, (exports, name, baseDir) => {
    try {
      const found = match ?? identify(wanted, fileOf(name, baseDir))
      match = null
      if (found !== null) report((exports as { [name: string]: unknown })[found.name], found.place, 'require')
    } catch {
      // exotic exports: what they are is the program's business
    }
    return exports
  })
}

/** Gives require-in-the-middle's names of the wanted files, e.g. `openai/client`, `openai/client.mjs`. */
export function moduleNames(targets: readonly HookTarget[]): string[] {
  return targets.flatMap((target) =>
    [...target.esm, ...target.cjs].map(({ file }) => `${target.package}/${file}`.replace(/(\/index)?\.js$/, '')),
  )
}

function fileOf(name: string, baseDir = ''): string {
  const inside = name.slice(name.indexOf('/') + 1)
  return join(baseDir, /\.m?js$/.test(inside) ? inside : `${inside}.js`)
}
