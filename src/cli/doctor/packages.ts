// Doctor, packages: where a name leads by a package's own manifest, whoever asks (`import`, `require()`). Reads only.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Manifest {
  readonly name?: unknown
  readonly main?: unknown
  readonly module?: unknown
  readonly exports?: unknown
}

/** The files that `openai` or `openai/azure` stands for under any condition of `exports`; none when the package is not found. */
export function packageEntries(specifier: string, from: string): string[] {
  const [, name = '', below = ''] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier) ?? []
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name)
    const manifest = readManifest(found)
    if (manifest !== null) return entriesOf(found, manifest, below)
    if (folder === dirname(folder)) return []
  }
}

/** The folder of the package with this name that holds the file, or null. */
export function packageAbove(file: string, name: string): string | null {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = readManifest(folder)
    if (manifest?.name !== undefined) return manifest.name === name ? folder : null
  }
  return null
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // not ours to read, or a folder
  }
}

function entriesOf(folder: string, { exports, main, module }: Manifest, below: string): string[] {
  const places = typeof exports === 'object' && exports !== null ? placesOf(exports, below) : [exports]
  const plain = below === '' ? [main, module, 'index.js'] : [below.slice(1), `${below.slice(1)}.js`]
  const named = [...places, ...(exports === undefined ? plain : [])].filter((place) => typeof place === 'string')
  return [...new Set(named.map((place) => join(folder, place)))].filter(
    (path) => /\.[mc]?js$/.test(path) && existsSync(path),
  )
}

function placesOf(exports: object, below: string): string[] {
  const all = Object.entries(exports)
  const isBySubpath = all.some(([key]) => key.startsWith('.'))
  if (!isBySubpath) return below === '' ? strings(exports) : []
  const exact = all.find(([key]) => key === `.${below}`)
  if (exact) return strings(exact[1])
  const star = all.find(([key]) => key.includes('*') && `.${below}`.startsWith(key.slice(0, key.indexOf('*'))))
  if (!star) return []
  const rest = `.${below}`.slice(star[0].indexOf('*'))
  return strings(star[1]).map((place) => place.replace('*', rest))
}

/** Every string in it, types apart. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return /\.d\.[mc]?ts$/.test(value) ? [] : [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}

function readManifest(folder: string): Manifest | null {
  const text = readText(join(folder, 'package.json'))
  try {
    return text === '' ? null : (JSON.parse(text) as Manifest)
  } catch {
    return null
  }
}
