// Step 1, load: what to look for. Plain data, no imports; it crosses to the hooks thread as JSON.

/** A file that defines a class, relative to its package, and the expression that names the class in it. */
export interface TargetFile {
  readonly file: string
  readonly report: string
  /** Another package that the file requires; absent when all it requires is of its own package or Node's. */
  readonly requires?: string
}

/**
 * One package and the files that define its classes, e.g. `{package: 'openai', esm: [{file: 'client.mjs', report:
 * 'OpenAI'}], cjs: [{file: 'client.js', report: 'exports.OpenAI'}]}`. Found by the name in package.json, so aliases and
 * renamed folders count.
 */
export interface HookTarget {
  readonly package: string
  readonly esm: readonly TargetFile[]
  readonly cjs: readonly TargetFile[]
}

/** Where a class was found: its file, its package folder and version, and which module system runs the file. */
export interface CopyPlace {
  readonly file: string
  readonly folder: string
  readonly version: string | null
  readonly format: 'esm' | 'commonjs'
}

/**
 * A class of a package copy. `via`: our load hook, require-in-the-middle or the module cache, import-in-the-middle, jest's own
 * loader (a class that lives as long as one test file).
 */
export interface FoundCopy extends CopyPlace {
  readonly exported: unknown
  readonly via: 'load' | 'require' | 'iitm' | 'jest'
}

/** Takes a class. Never throws; a class whose prototype it has seen, and anything that is no class, is passed over. */
export type Report = (exported: unknown, place: CopyPlace, via?: FoundCopy['via']) => void
