// Doctor, the program: what its entry loads, read from the files themselves. In: the entry. Out: the copies of openai and the files with
// openai inside that are reached by name. Reads only; nothing is run.
import { existsSync, realpathSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Inlined, inlinedIn } from './inlined.ts'
import { packageAbove, packageEntries, readText } from './packages.ts'

/** A tree with more is read in part. 3,000 files take about half a second. */
const MAX_FILES = 3000
const MAX_BYTES = 64 * 1024 * 1024

const SPECIFIERS = /(?:\bfrom|\bimport|\bimport\s*\(|require\w*\s*\()\s*(["'`])([^"'`\n]+)\1/g
/** Loads what no text names. */
const COMPUTED = /(?:\bimport|\brequire)\s*\(\s*(?!["'`)\s]|\/\*)/
/** `new Worker(text, { eval: true })`, minified or not. */
const EVAL_WORKER = /\bnew\s+[\w$.]*Worker\b[\s\S]{0,20000}?\beval\s*:\s*(?:true|!0)/
const BUILTIN = new Set(builtinModules)

export interface Program {
  /** Folders of the copies that are loaded by name. */
  readonly folders: ReadonlySet<string>
  readonly inlined: readonly Inlined[]
  /** False when something is loaded whose name is made at run time, or cannot be found. */
  readonly isWhole: boolean
  /** The file that starts a thread from a text. */
  readonly evalWorker: string | null
  /** Whom the entry is written for. */
  readonly runtime: 'bun' | 'deno' | null
}

/** Follows every import and `require()` of a name from `entry`, into packages too. */
export function readProgram(entry: string): Program {
  const seen = new Set<string>()
  const waiting = [entry]
  const folders = new Set<string>()
  const inlined: Inlined[] = []
  let [bytes, isWhole] = [0, true]
  let evalWorker: string | null = null
  let runtime: Program['runtime'] = null
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    if (seen.has(file)) continue
    seen.add(file)
    const text = readText(file)
    bytes += text.length
    if (seen.size > MAX_FILES || bytes > MAX_BYTES) return { folders, inlined, isWhole: false, evalWorker, runtime }
    const inside = inlinedIn(file, text)
    if (inside !== null) inlined.push(inside)
    const isOwn = !file.includes('node_modules')
    if (isOwn && COMPUTED.test(text)) isWhole = false
    if (isOwn && evalWorker === null && EVAL_WORKER.test(text)) evalWorker = file
    runtime ??= isOwn ? runtimeOfText(text) : null
    for (const [, , specifier = ''] of text.matchAll(SPECIFIERS)) {
      const found = resolve(specifier, file)
      if (found === null) continue
      if (found.length === 0 && isOwn) isWhole = false
      for (const path of found) {
        const folder = packageAbove(path, 'openai')
        if (folder === null) waiting.push(path)
        else folders.add(folder)
      }
    }
  }
  return { folders, inlined, isWhole, evalWorker, runtime }
}

function runtimeOfText(text: string): Program['runtime'] {
  if (/^#!.*\bbun\b/.test(text) || /["']bun:\w+["']|\bBun\.\w+\(/.test(text)) return 'bun'
  if (/^#!.*\bdeno\b/.test(text) || /["'](?:npm|jsr):[^"']+["']|\bDeno\.\w+\(/.test(text)) return 'deno'
  return null
}

/** The files that a name may stand for; none when it cannot be found, null for what is no file. */
function resolve(specifier: string, from: string): string[] | null {
  if (BUILTIN.has(specifier) || /^(node|bun|data|https?|jsr):/.test(specifier)) return null
  const name = specifier.replace(/^npm:(@?[^@]+).*$/, '$1').replace(/^file:\/\//, '')
  try {
    if (!/^[./]/.test(name))
      return [...new Set([createRequire(from).resolve(name), ...packageEntries(name, from)])].map(real)
    const path = name.startsWith('/') ? name : join(dirname(from), name)
    const choices = [
      path,
      path.replace(/\.([mc]?)js$/, '.$1ts'),
      ...['.js', '.ts', '.mjs', '.cjs', '.tsx', '.jsx'].map((end) => path + end),
    ]
    const found = [...choices, join(path, 'index.js'), join(path, 'index.ts')].find(
      (one) => /\.\w+$/.test(one) && existsSync(one),
    )
    return found === undefined ? [] : [real(found)]
  } catch {
    return packageEntries(name, from).map(real) // for `import` only
  }
}

function real(path: string): string {
  return realpathSync(path)
}
