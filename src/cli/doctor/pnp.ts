// Doctor, Yarn's PnP: packages in zip files, found by `.pnp.cjs` alone. In: the program's file. Out: where openai lies, what stands in the
// way. https://yarnpkg.com/advanced/pnpapi
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Finding, say } from './finding.ts'

interface Locator {
  readonly name: string
  /** E.g. `virtual:ab12#npm:6.49.0`, of an alias `npm:openai@6.49.0`. */
  readonly reference: string
}

interface PnpApi {
  getAllLocators(): readonly Locator[]
  getPackageInformation(locator: Locator): { readonly packageLocation: string } | null
}

/** What keeps a program under PnP from being looked at, or recorded; null when nothing does. */
export function checkPnp(app: string): Finding | null {
  if (/\.zip\//.test(import.meta.url)) return say('PNP_ZIPPED')
  if (process.versions.pnp !== undefined) return null
  const file = above(app)
  return file === null ? null : say('PNP_UNKNOWN', { file })
}

/** Folders of the packages that may be openai. */
export function pnpFolders(app: string): string[] {
  if (process.versions.pnp === undefined) return []
  const api = createRequire(app)('pnpapi') as PnpApi
  const locators = api.getAllLocators().filter((one) => `${one.name} ${one.reference}`.includes('openai'))
  return locators.flatMap((one) => api.getPackageInformation(one)?.packageLocation ?? [])
}

function above(app: string): string | null {
  for (let folder = dirname(app); ; folder = dirname(folder)) {
    const file = join(folder, '.pnp.cjs')
    if (existsSync(file)) return file
    // npm's or pnpm's packages are nearer.
    if (folder === dirname(folder) || existsSync(join(folder, 'node_modules'))) return null
  }
}
