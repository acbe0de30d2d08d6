// Step 1, load: classes loaded by `require()`, where no load hook sees it (Node 20, tsx). Main thread. Loaded late: the import
// of require-in-the-middle is most of what a preload costs.
import { isAbsolute, join } from 'node:path'
import { Hook } from 'require-in-the-middle'
import type { Report } from './install.ts'
import { identify, type Match, type WantedFiles } from './load.ts'

/** Reports each wanted class as `require()` returns the file that defines it. Exports are handed back as they are. */
export function hookRequire(wanted: WantedFiles, report: Report): void {
  let match: Match | null = null
  // require-in-the-middle knows packages by their folder's name. Asked for the file name first (index.js, 8.0.1), this list
  // answers by the package's own name, so that aliases and renamed folders count; a version that does not ask reads the names.
  const names = moduleNames(wanted)
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

/** Gives the names under which require-in-the-middle knows the wanted files, e.g. `openai/client`, `openai/client.mjs`. */
export function moduleNames(wanted: WantedFiles): string[] {
  const files = [...wanted.values()].flat()
  return [...new Set(files.map((file) => `${file.package}/${file.file}`.replace(/(\/index)?\.js$/, '')))]
}

function fileOf(name: string, baseDir = ''): string {
  const inside = name.slice(name.indexOf('/') + 1)
  return join(baseDir, /\.m?js$/.test(inside) ? inside : `${inside}.js`)
}
