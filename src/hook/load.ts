// Step 1, load: finds the file that defines a target's class and appends one statement that reports it. In: what a load
// hook got. Out: the same, or with that statement. No imports. Main thread, or Node's hooks thread where there is one.
import type { CopyPlace, HookTarget } from './target.ts'

const REPORT = 'globalThis[Symbol.for("neatlogs.preload")]'

/** One file to look for. `name` is the class, however the file is run. */
export interface WantedFile {
  readonly package: string
  readonly file: string
  readonly name: string
  readonly isDependent: boolean
}

/** Wanted files by their last path segment: one lookup dismisses almost every module. */
export type WantedFiles = ReadonlyMap<string, readonly WantedFile[]>

/** What Node's load hooks pass on. */
export interface Loaded {
  readonly format?: string | null
  readonly source?: unknown
}

/** Indexes the targets for lookups by file name. */
export function indexTargets(targets: readonly HookTarget[]): WantedFiles {
  const wanted = new Map<string, WantedFile[]>()
  for (const target of targets) {
    for (const { file, report, requires } of [...target.esm, ...target.cjs]) {
      const name = report.slice(report.lastIndexOf('.') + 1)
      const base = file.slice(file.lastIndexOf('/') + 1)
      const one = { package: target.package, file, name, isDependent: requires !== undefined }
      wanted.set(base, [...(wanted.get(base) ?? []), one])
    }
  }
  return wanted
}

/** Gives the wanted files that a path or URL could be, by its end alone. */
export function candidates(wanted: WantedFiles, path: string): readonly WantedFile[] {
  const plain = path.replaceAll('\\', '/')
  const found = wanted.get(plain.slice(plain.lastIndexOf('/') + 1))
  return found === undefined ? [] : found.filter(({ file }) => plain.endsWith(`/${file}`))
}

/** A wanted file on disk: the class it defines and the copy it belongs to. */
export interface Match {
  readonly name: string
  readonly place: CopyPlace
  /** False when every `require` in the package is of its own files or of Node's. */
  readonly hasDependencies: boolean
}

/** Finds the wanted file that an absolute path is, by the package.json at the right distance above it. */
export function identify(wanted: WantedFiles, path: string, isWanted?: (name: string) => boolean): Match | null {
  for (const { package: packageName, file, name, isDependent } of candidates(wanted, path)) {
    if (isWanted && !isWanted(name)) continue
    const folder = path.slice(0, -file.length - 1)
    const manifest = readManifest(`${folder}/package.json`)
    if (manifest?.name !== packageName) continue
    const version = typeof manifest.version === 'string' ? manifest.version : null
    const format = path.endsWith('.mjs') ? 'esm' : 'commonjs'
    const hasDependencies = isDependent || Object.keys(manifest.dependencies ?? {}).length > 0
    return { name, place: { file: path, folder, version, format }, hasDependencies }
  }
  return null
}

interface Manifest {
  readonly name?: unknown
  readonly version?: unknown
  readonly dependencies?: object
}

function readManifest(path: string): Manifest | null {
  try {
    return JSON.parse(readText(path))
  } catch {
    return null // no package.json here, so it is not the package's folder
  }
}

function readText(path: string): string {
  return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8')
}

function pathOf(fileUrl: string): string {
  return process.getBuiltinModule('node:url').fileURLToPath(fileUrl)
}

/** Appends `before` and the report when the module is a wanted file; else gives back the very object it got. */
export function appendReport(wanted: WantedFiles, url: string, loaded: Loaded, before = ''): Loaded {
  const address = withoutQuery(url)
  if (candidates(wanted, address).length === 0 || !address.startsWith('file:')) return loaded
  const source = textOf(loaded.source)
  // No source: CommonJS that Node reads itself. The report is there already: the hook is in the chain twice.
  if (source === null || source.includes(REPORT)) return loaded
  const match = identify(wanted, pathOf(address), (name) => defines(source, name))
  if (match === null) return loaded
  const isEsm = loaded.format ? loaded.format.startsWith('module') : match.place.format === 'esm'
  // A loader may run an ES file as CommonJS; `module.exports` is right for both kinds, `exports` is not.
  const exported = isEsm ? match.name : `module.exports.${match.name}`
  const place: CopyPlace = { ...match.place, format: isEsm ? 'esm' : 'commonjs' }
  // One line below the last, which may be a comment. It cannot throw, whatever the name turns out to be.
  const statement = `\n;${isEsm ? before : ''}try{${REPORT}?.(${exported},${JSON.stringify(place)})}catch{}\n`
  return { ...loaded, source: source + statement }
}

/**
 * True when the name is in scope, or `exports.default`. The plain search is for the bundles of other packages that have such file
 * names.
 */
function defines(source: string, name: string): boolean {
  if (name === 'default') return source.includes('exports')
  return source.includes(name) && new RegExp(`\\b(class|let|const|var)\\s+${name}\\b`).test(source)
}

function withoutQuery(url: string): string {
  const end = url.search(/[?#]/)
  return end === -1 ? url : url.slice(0, end)
}

function textOf(source: unknown): string | null {
  if (typeof source === 'string') return source
  return source instanceof ArrayBuffer || ArrayBuffer.isView(source)
    ? new TextDecoder().decode(source as ArrayBuffer)
    : null
}

type NextLoad = (url: string, context: unknown) => Promise<Loaded>
type NextResolve = (specifier: string, context: unknown) => Promise<{ readonly url: string }>

// State of the hooks thread. The file is loaded once there, whether by `module.register`, by `--loader` or by both.
let wantedFiles: WantedFiles = new Map()
let startMain = ''
let entryUrl: string | null = null

/** Hooks thread: takes what to look for (`module.register` passes it). */
export function initialize(targets: readonly HookTarget[] | undefined): void {
  if (Array.isArray(targets)) wantedFiles = indexTargets(targets)
}

/** Hooks thread under `--loader`, where nobody starts the main side: the entry and each found file import it. */
export async function initializeAlone(read: () => Promise<readonly HookTarget[]>, registerUrl: string): Promise<void> {
  try {
    startMain = `import ${JSON.stringify(registerUrl)};`
    initialize(await read())
  } catch {
    // a damaged install: a loader that throws would end the program, so this one passes everything through
  }
}

/** Hooks thread: the `load` hook. */
export async function load(url: string, context: unknown, next: NextLoad): Promise<Loaded> {
  const loaded = await next(url, context)
  try {
    if (url === entryUrl) return appendStart(loaded)
    const readable = withCommonJsSource(url, loaded)
    const reporting = appendReport(wantedFiles, url, readable, startMain)
    return reporting === readable ? loaded : reporting
  } catch {
    return loaded // the program's module as it was; `neatlogs doctor` tells that nothing was found
  }
}

/**
 * Node leaves reading CommonJS to its main thread. Where that is not `Module.prototype.require` (a CommonJS file whose
 * source came from a loader, such as tsx's `.cts`, requires through here; so does `import 'openai/client.js'`) nobody
 * else would report it. From a source given here `require` resolves by `import` conditions
 * (https://github.com/nodejs/node/issues/47999), so only for a package that requires no other. The module stays the one
 * in `require.cache`.
 */
function withCommonJsSource(url: string, loaded: Loaded): Loaded {
  if (loaded.format !== 'commonjs' || (loaded.source ?? null) !== null || !url.startsWith('file:')) return loaded
  if (candidates(wantedFiles, url).length === 0) return loaded
  const match = identify(wantedFiles, pathOf(url))
  if (match === null || match.hasDependencies) return loaded
  return { ...loaded, source: readText(match.place.file) }
}

/** Hooks thread under `--loader`: notes the program's entry, the one module without a parent. */
export async function resolveEntry(specifier: string, context: unknown, next: NextResolve): Promise<{ url: string }> {
  const resolved = await next(specifier, context)
  try {
    if (entryUrl === null && (context as { parentURL?: string }).parentURL === undefined) entryUrl = resolved.url
  } catch {
    // another loader's odd answer: Node will say what is wrong with it
  }
  return resolved
}

function appendStart(loaded: Loaded): Loaded {
  const source = loaded.format?.startsWith('module') ? textOf(loaded.source) : null
  return source === null ? loaded : { ...loaded, source: `${source}\n;${startMain}\n` }
}
