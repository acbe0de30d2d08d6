// The last step of `npm run build`: what runs beside the user's program (the shipper's thread, the commands) goes into a few files, because
// Node takes half a millisecond for each module. In: src, dist as tsc wrote it. Out: dist/shipper/worker.js, dist/cli.js and the scripts that
// commands start are replaced, their parts are in dist/bundle; dist/.npmignore names what nobody loads any more. After a bare `tsc` all is
// single files again. What the user's threads load stays as it is: its modules hold state that early and late files share.
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const SRC = join(ROOT, 'src')
const DIST = join(ROOT, 'dist')
const PARTS = 'bundle'
const WORKER = 'shipper/worker'
/** Each is started as a program or a thread of its own. */
const ENTRIES = [WORKER, 'cli', 'cli/doctor/load-copies', 'cli/replay/send']
/** Parts that are one file each, with all that they import: what the shipper always needs, and what it sends to NeatLogs with. */
const GROUPS = [
  { name: 'ship', of: [WORKER, 'destinations/file'] },
  { name: 'send', of: ['destinations/neatlogs'] },
]
/** Stands for `import.meta.url` of a source until it is known which file the source is in. */
const PLACE = /__PLACE__\("([^"]+)"\)/g
/** On the line of the first import, so that the map holds. Nodes without the function get as far as `neatlogs doctor`. */
const ASK_NODE =
  'import { createRequire as requireFrom } from "node:module";const askNode = process.getBuiltinModule ?? requireFrom(import.meta.url);'
const BUILT_IN = /^import \{([^}]*)\} from "(node:[^"]+)";$/gm
/** `new URL("./x.js", import.meta.url)` of a bundle is the place of a source that is in it. */
const LOCAL_FILE = /(?:'|(?<!new URL\()")(\.{1,2}\/[^'"]+\.[cm]?js)['"]/g

/** Writes the bundles. Resolves to their names below dist. */
async function bundle() {
  const input = Object.fromEntries(ENTRIES.map((name) => [name, join(SRC, `${name}.ts`)]))
  const build = await rolldown({
    input,
    platform: 'node',
    preserveEntrySignatures: 'allow-extension',
    external: (id) => !/^[./]/.test(id),
    transform: { target: 'es2022' },
    plugins: [{ name: 'places', transform: placed }],
  })
  const { output } = await build.write({
    dir: DIST,
    entryFileNames: '[name].js',
    chunkFileNames: `${PARTS}/[name].js`,
    sourcemap: true,
    comments: false,
    codeSplitting: { groups: [{ name: groupOf, debugName: 'parts', includeDependenciesRecursively: false }] },
  })
  return output.filter(({ type }) => type === 'chunk').map(({ fileName }) => fileName)
}

/** A source says which files lie beside it: they still do, but it is elsewhere now. */
function placed(code, id) {
  if (!code.includes('import.meta.url')) return null
  const file = relative(SRC, id).replaceAll('\\', '/').replace(/\.ts$/, '.js')
  return { code: code.replaceAll('import.meta.url', `__PLACE__("${file}")`), map: null }
}

function groupOf(id, modules) {
  if (id === join(SRC, `${WORKER}.ts`)) return null // in its own file, or it would be a file more
  for (const { name, of } of GROUPS) {
    if (of.some((entry) => importedBy(join(SRC, `${entry}.ts`), modules).has(id))) return name
  }
  return null
}

const closures = new Map()

function importedBy(entry, modules) {
  if (closures.has(entry)) return closures.get(entry)
  const found = new Set([entry])
  for (const id of found) for (const next of modules.getModuleInfo(id)?.importedIds ?? []) found.add(next)
  closures.set(entry, found)
  return found
}

/** Names of its parts are resolved; in the shipper built-in modules are asked for: an import reads every export, and some load more. */
function finish(fileName) {
  const path = join(DIST, fileName)
  const code = readFileSync(path, 'utf8').replace(PLACE, (_, file) => {
    const way = posix.relative(posix.dirname(fileName), file)
    return `new URL("${way.startsWith('.') ? way : `./${way}`}", import.meta.url).href`
  })
  const isShipper = fileName === `${WORKER}.js` || GROUPS.some(({ name }) => fileName === `${PARTS}/${name}.js`)
  const ask = (_, names, from) => `const {${names.replaceAll(' as ', ': ')}} = askNode("${from}");`
  writeFileSync(path, isShipper ? ASK_NODE + code.replace(BUILT_IN, ask) : code)
}

/** Scripts of dist that neither the package's entries nor what they load name. */
function unloaded() {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const entries = JSON.stringify(exports).match(/\.\/[^"]+\.[cm]?js(?=")/g) ?? []
  const found = new Set([...entries, ...ENTRIES.map((name) => `dist/${name}.js`)].map((path) => join(ROOT, path)))
  for (const path of found) {
    for (const [, to] of readFileSync(path, 'utf8').matchAll(LOCAL_FILE)) {
      if (existsSync(join(dirname(path), to))) found.add(join(dirname(path), to))
    }
  }
  return readdirSync(DIST, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !name.startsWith('viewer/page') && !found.has(join(DIST, name)))
    .sort()
}

function ignore(names) {
  const lines = names.flatMap((name) => [`/${name}`, `/${name}.map`])
  appendFileSync(
    join(DIST, '.npmignore'),
    ['# Written by scripts/bundle.mjs.', `/${PARTS}/*.map`, ...lines, ''].join('\n'),
  )
}

rmSync(join(DIST, PARTS), { recursive: true, force: true })
for (const fileName of await bundle()) finish(fileName)
ignore(unloaded())
