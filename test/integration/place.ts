// Puts a fixture program where a bare `openai` resolves to the wanted copy. In: program and version. Out: its path.
// `chat-stream.cjs` need not exist: it is then made from `chat-stream.mjs`, so that every program has a CommonJS twin.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const APPS = join(ROOT, 'fixtures', 'apps')
const NAMED_FILES = /^(?:#!.*\n)?\/\/ files: (.+)/
const IMPORT = /^import (?:(\w+)(?:, )?)?(?:\* as (\w+)|\{([^}]*)\})?(?: from )?'([^']+)'$/gm

/** Copies a program and the files it names; the path is the same in every run, as stacks show it. */
export function placeApp(app: string, version: string): string {
  const folder = /^\d/.test(version) ? `openai-${version}` : version
  const target = join(ROOT, 'fixtures', folder, '.apps')
  const text = appText(app)
  const named = NAMED_FILES.exec(text)?.[1]?.split(/\s+/) ?? []
  for (const name of named) {
    const file = join(dirname(app), app.endsWith('.cjs') ? name.replace(/\.mjs$/, '.cjs') : name)
    writeWhole(join(target, file), appText(file))
  }
  writeWhole(join(target, app), text)
  return join(target, app)
}

/**
 * A folder whose `openai` no loader knows: a copy under another name in its package.json, as a bundle hides it. `visible` is the same
 * version as its authors made it.
 */
export function hiddenOpenAI(version: string): string {
  const folder = `hidden-${version}`
  const real = join(ROOT, 'fixtures', `openai-${version}`, 'node_modules')
  const modules = join(ROOT, 'fixtures', folder, 'node_modules')
  if (existsSync(modules)) return folder
  const made = `${modules}.${process.pid}.${Math.random().toString(36).slice(2)}`
  mkdirSync(made, { recursive: true })
  for (const name of readdirSync(real)) if (name !== 'openai') symlinkSync(join(real, name), join(made, name))
  symlinkSync(join(real, 'openai'), join(made, 'visible'))
  cpSync(join(real, 'openai'), join(made, 'openai'), { recursive: true })
  const manifest = join(made, 'openai', 'package.json')
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"name": "openai"', '"name": "hidden"'))
  try {
    renameSync(made, modules)
  } catch {
    rmSync(made, { recursive: true }) // another test was faster
  }
  return folder
}

function appText(app: string): string {
  const file = join(APPS, app)
  if (existsSync(file) || !app.endsWith('.cjs')) return readFileSync(file, 'utf8')
  return commonTwin(readFileSync(file.replace(/\.cjs$/, '.mjs'), 'utf8'))
}

/** Rewrites a program's imports to require() and wraps the rest, with its top-level awaits, in an async function. */
function commonTwin(text: string): string {
  const requires: string[] = []
  const body = text.replace(IMPORT, (_line, name?: string, all?: string, some?: string, from = '') => {
    const required = `require('${from.replace(/^(\.\/.*)\.mjs$/, '$1.cjs')}')`
    const bound = [name, all, some && `{${some.replace(/ as /g, ': ')}}`].filter((one) => one)
    requires.push(...(bound.length > 0 ? bound.map((one) => `const ${one} = ${required}`) : [required]))
    return ''
  })
  const head = NAMED_FILES.exec(text)?.[0] ?? ''
  return `${head}\n${requires.join('\n')}\nasync function main() {\n${body}\n}\nmain()\n`
}

/** Two tests may place the same program at once: a rename shows the whole file or the earlier one, never half. */
function writeWhole(to: string, text: string): void {
  if (existsSync(to) && readFileSync(to, 'utf8') === text) return
  mkdirSync(dirname(to), { recursive: true })
  const temporary = `${to}.${process.pid}.${Math.random().toString(36).slice(2)}`
  writeFileSync(temporary, text)
  renameSync(temporary, to)
}
