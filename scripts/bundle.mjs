// The last step of `npm run build`: what is loaded at one moment is one file, because Node takes half a millisecond for each. In: src, dist
// as tsc wrote it. Out: parts in dist/bundle, and the files of dist that are loaded by their path lead to them: the shipper's thread and the
// commands; the first call. dist/.npmignore names what nobody loads any more. After a bare `tsc` all is single files again.
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const SRC = join(ROOT, 'src')
const DIST = join(ROOT, 'dist')
const PARTS = 'bundle'
const WORKER = 'shipper/worker'
const { exports: EXPORTS } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
/** The package's own entries, in its folder. */
const PUBLIC = JSON.stringify(EXPORTS).match(/(?<="\.\/)[^"]+\.[cm]?js(?=")/g) ?? []

/** Threads and programs of their own: their modules are theirs, whatever the program's threads have loaded. */
const OWN = {
  entries: [WORKER, 'cli', 'cli/doctor/load-copies', 'cli/replay/send'],
  single: new Set(),
  /** What the shipper always needs, and what it sends to NeatLogs with. */
  parts: [
    { name: 'ship', of: [WORKER, 'destinations/file'], but: [WORKER] },
    { name: 'send', of: ['destinations/neatlogs'], but: [] },
  ],
}
/** One file per source: what is read before all else, and what tells a bundle; entries that load that first; the list for Deno's cache. */
const FIRST = ['node-features', 'originals', 'preload/bundled']
/** In the part of the start, and also as files that stand alone: Node's thread for load hooks reads them. Nothing of their state is shared. */
const ALSO_ALONE = ['hook/load', 'openai/targets']
const SURFACES = ['openai', 'llm']
const ALL_FILES = ['preload/other-runtime', 'preload/all-files', 'recorder/all-files']
/** What the first call requires late; in one file it is there at once. */
const FIRST_CALL = [
  'openai/observe',
  'openai/sweep',
  'openai/tap',
  'preload/process-recorder',
  'recorder/lane-info',
  'recorder/watched',
  'spool/bell',
  'spool/exit',
  'spool/lane',
  'spool/owner',
  'spool/shipper-thread',
  'spool/spool',
]
/** What every program with the preload loads, `import 'neatlogs'` too: nothing happens by loading it, and openai's patch is 9 KB of it. */
const EARLY = { name: 'early', of: ['preload/start'], but: ['preload/start'] }
/** What `import 'neatlogs'` loads is two: a bundler that takes `withContext` alone leaves the other one out. */
const PROGRAMS_PARTS = [
  EARLY,
  { name: 'context', of: ['context', 'recorder/known'], but: [] },
  { name: 'api', of: ['index'], but: ['index'] },
  { name: 'call', of: FIRST_CALL, but: [] },
]

const STATIC_IMPORT = /^(?:import|export) (?:[^'"]*? from )?'(\.[^']+)'/gm
const LOCAL_FILE = /['"](\.{1,2}\/[^'"]+\.[cm]?js)['"]/g
/** Names of files beside a source: it is elsewhere now. */
const BESIDE = /(?:(?<=\brequire\()|(?<=new URL\())'(\.[^']*)'(?=\)|, import\.meta\.url)/g
const PLACE = /"file-of-neatlogs:([^"]*)"/g
/** On the line of the first import, so that the map holds. A Node without the function is too old, which `neatlogs doctor` is to say. */
const ASK_NODE =
  'import { createRequire as requireFrom } from "node:module";const askNode = process.getBuiltinModule ?? requireFrom(import.meta.url);'
const BUILT_IN = /^import (?:\{([^}]*)\} from )?"(node:[^"]+)";$/gm

/** The program's threads: every file that they may load, so that early and late ones share one copy of each module. */
function programsFiles() {
  const found = reached(PUBLIC.map((name) => join(ROOT, name)).filter((path) => !path.endsWith('cli.js')))
  return [...found]
    .flatMap((path) => (path.startsWith(DIST) ? [nameOf(DIST, path)] : []))
    .filter((name) => name !== WORKER)
}

const nameOf = (folder, path) =>
  relative(folder, path)
    .replaceAll('\\', '/')
    .replace(/\.[jt]s$/, '')

/** Files that these name, and that those name, by import, `require()` or URL. */
function reached(roots, pattern = LOCAL_FILE) {
  const found = new Set(roots)
  for (const path of found) {
    for (const [, to] of readFileSync(path, 'utf8').matchAll(pattern)) {
      const target = join(dirname(path), to)
      if (existsSync(target) && target !== join(DIST, `${WORKER}.js`)) found.add(target)
    }
  }
  return found
}

/** All that these import at once, themselves too. */
function imported(names) {
  const found = reached(
    names.map((name) => join(DIST, `${name}.js`)),
    STATIC_IMPORT,
  )
  return new Set([...found].map((path) => nameOf(DIST, path)))
}

/** Writes one set of bundles. Resolves to their names below dist. */
async function bundle({ entries, single, parts }) {
  const wholes = parts.map(({ name, of, but }) => ({ name, of: imported(of), but }))
  const partOf = (id) => {
    const file = nameOf(SRC, id)
    return wholes.find(({ of, but }) => of.has(file) && !but.includes(file))?.name ?? null
  }
  const build = await rolldown({
    input: Object.fromEntries(entries.map((name) => [name, join(SRC, `${name}.ts`)])),
    platform: 'node',
    external: (id) => !/^[./]/.test(id),
    preserveEntrySignatures: 'allow-extension',
    transform: { target: 'es2022' },
    plugins: [
      {
        name: 'places',
        resolveId(to, from) {
          const file = from && to.startsWith('.') ? nameOf(SRC, join(dirname(from), to)) : null
          return single.has(file) ? { id: `file-of-neatlogs:${file}.js`, external: true } : null
        },
        transform: (code, id) => ({ code: placed(code, id, partOf), map: null }),
      },
    ],
  })
  const { output } = await build.write({
    dir: DIST,
    entryFileNames: '[name].js',
    chunkFileNames: `${PARTS}/[name].js`,
    sourcemap: true,
    comments: false,
    minifyInternalExports: false,
    codeSplitting: { groups: [{ name: partOf, debugName: 'parts', includeDependenciesRecursively: false }] },
  })
  for (const { type, fileName, map } of output) {
    if (type === 'chunk' && !map) rmSync(join(DIST, `${fileName}.map`), { force: true }) // tsc's, of the whole file
    const isPart = fileName === `${WORKER}.js` || parts.some(({ name }) => fileName === `${PARTS}/${name}.js`)
    if (type === 'chunk') finish(fileName, isPart)
  }
}

/** Files beside it by their place in dist; what is required of the own part is there already. */
function placed(code, id, partOf) {
  const folder = posix.dirname(nameOf(SRC, id))
  const part = partOf(id)
  const here = new Map()
  const text = code.replace(/\brequire\('(\.[^']*)\.js'\)/g, (all, to) => {
    const file = posix.join(folder, to)
    if (part === null || partOf(join(SRC, `${file}.ts`)) !== part) return all
    here.set(file, `of_${file.replace(/\W/g, '_')}`)
    return here.get(file)
  })
  const imports = [...here].map(([file, name]) => `import * as ${name} from '${join(SRC, file)}.ts';`)
  return imports.join('') + text.replace(BESIDE, (_, to) => `"file-of-neatlogs:${posix.join(folder, to)}"`)
}

/**
 * Places are known now. Built-in modules are asked for: an import reads every export, and some load more (streams, webcrypto). One letter beyond
 * Latin-1 would make V8 keep the whole file as UTF-16.
 */
function finish(fileName, isPart) {
  const path = join(DIST, fileName)
  const ask = (_, names, from) =>
    names === undefined ? '' : `const {${names.replaceAll(' as ', ': ')}} = askNode("${from}");`
  const code = readFileSync(path, 'utf8')
    .replace(PLACE, (_, file) => {
      const way = posix.relative(posix.dirname(fileName), file)
      return `"${way.startsWith('.') ? way : `./${way}`}${/(^\.|\/)$/.test(file) ? '/' : ''}"`
    })
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  writeFileSync(path, isPart && code.search(BUILT_IN) >= 0 ? ASK_NODE + code.replace(BUILT_IN, ask) : code)
}

/** Names in dist/.npmignore the scripts that neither the package's entries nor what they load name, and maps that do not serve the program. */
function ignoreUnloaded() {
  const entries = [...PUBLIC, ...OWN.entries.map((name) => `dist/${name}.js`)]
  const found = reached(entries.map((path) => join(ROOT, path)))
  const names = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !name.startsWith('viewer/page') && !found.has(join(DIST, name)))
    .sort()
  const lines = names.flatMap((name) => [`/${name}`, `/${name}.map`])
  const maps = [`/${PARTS}/*.map`, ...PROGRAMS_PARTS.map(({ name }) => `!/${PARTS}/${name}.js.map`)]
  appendFileSync(join(DIST, '.npmignore'), ['# Written by scripts/bundle.mjs.', ...maps, ...lines, ''].join('\n'))
}

rmSync(join(DIST, PARTS), { recursive: true, force: true })
const single = new Set([...imported(FIRST), ...SURFACES, ...ALL_FILES])
const entries = programsFiles().filter((name) => !single.has(name) && !ALSO_ALONE.includes(name))
await bundle(OWN)
await bundle({ entries, single, parts: PROGRAMS_PARTS })
ignoreUnloaded()
