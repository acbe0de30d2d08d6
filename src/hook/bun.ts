// Step 1, load, in Bun: its loader runs no hook of Node's, a plugin of its own gives it the text of a file. In: the targets. Out: the same
// statement in the ES files that define the classes; `require()` goes through require-in-the-middle. Main thread.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { appendReport, indexTargets } from './load.ts'
import type { HookTarget } from './target.ts'

interface Bun {
  plugin(plugin: { readonly name: string; setup(build: Build): void }): unknown
}

interface Build {
  onLoad(
    constraints: { readonly filter: RegExp },
    load: (file: { readonly path: string }) => { readonly contents: string; readonly loader: 'js' },
  ): void
}

/**
 * Appends the report to each wanted ES file. Bun asks for every file that the filter takes and wants its text in any case, so the filter
 * takes `.mjs` below a folder with the package's name only: an ES file is one, whoever reads it. Throws where this Bun has no plugins.
 */
export function hookBun(targets: readonly HookTarget[]): void {
  const { plugin } = (globalThis as unknown as { readonly Bun: Bun }).Bun
  const wanted = indexTargets(targets)
  plugin({
    name: 'neatlogs',
    setup(build) {
      build.onLoad({ filter: filterOf(targets) }, ({ path }) => {
        const loaded = { format: 'module', source: readFileSync(path, 'utf8') }
        return { contents: appendReport(wanted, pathToFileURL(path).href, loaded).source as string, loader: 'js' }
      })
    },
  })
}

/** `/…/node_modules/openai/client.mjs`, and of an alias `/…/node_modules/openai-4/index.mjs`. */
function filterOf(targets: readonly HookTarget[]): RegExp {
  const each = targets.map(({ package: name, esm }) => {
    const files = esm.map(({ file }) => file.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]'))
    return `[\\\\/][^\\\\/]*${name}[^\\\\/]*[\\\\/](?:.*[\\\\/])?(?:${files.join('|')})`
  })
  return new RegExp(`(?:${each.join('|')})$`)
}
