// Step 2 of the coverage report. In: V8 coverage of built files, and vitest's own of src. Out: per source file its lines with code,
// each counted or not: a line is covered when any process ran it.
import { existsSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import convert from 'ast-v8-to-istanbul'
import { parseAst } from 'vite'

const INLINE_MAP = /\/\/# sourceMappingURL=data:application\/json;(?:charset=[^;]+;)?base64,([\w+/=]+)\s*$/

/** Adds the lines of one built file's coverage: `dist/…`, or a bundle of the page with its `source`. */
export async function addScript(lines, root, key, script) {
  const isDist = key.startsWith('dist/')
  const path = resolve(root, isDist ? key : 'dist/viewer/page/assets/bundle.js')
  const code = isDist ? readFileSync(path, 'utf8') : script.source
  const sourceMap = isDist ? mapBeside(path) : inlineMap(code ?? '')
  if (sourceMap === null) return
  const coverage = { functions: script.functions, url: `file://${path}` }
  addFiles(lines, root, await convert({ code, sourceMap, coverage, ast: parseAst(code) }))
}

/** Null for a part of a bundle that only names another. */
function mapBeside(path) {
  return existsSync(`${path}.map`) ? JSON.parse(readFileSync(`${path}.map`, 'utf8')) : null
}

function inlineMap(code) {
  const found = INLINE_MAP.exec(code.slice(code.lastIndexOf('//# sourceMappingURL=')))
  return found === null ? null : JSON.parse(Buffer.from(found[1], 'base64').toString())
}

/** Adds a coverage map in Istanbul's form. */
export function addFiles(lines, root, files) {
  for (const [path, file] of Object.entries(files)) {
    const name = sourceName(root, path)
    if (name === null) continue
    const counts = lines.get(name) ?? new Map()
    for (const [id, { start }] of Object.entries(file.statementMap)) {
      counts.set(start.line, Math.max(counts.get(start.line) ?? 0, file.s[id]))
    }
    lines.set(name, counts)
  }
}

/** `src/…`; the page's map names its sources from the folder it was built into. */
function sourceName(root, path) {
  const at = path.lastIndexOf('/src/')
  const name = at < 0 ? relative(root, path) : path.slice(at + 1)
  return name.startsWith('src/') && existsSync(resolve(root, name)) ? name : null
}
