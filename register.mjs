// Records this process: `node --import neatlogs/register app.js`. Starts once, in the program's own threads only. No import statement:
// some Nodes run a --require'd file in their hooks thread and cannot link it there (dist/node-features.js).
const isOff = () =>
  /^\s*(1|true|yes|on)\s*$/i.test(process.env.NEATLOGS_DISABLED || '') || Symbol.for('neatlogs.preload') in globalThis

/** Bun and Deno run Node's packages; their loaders and compilers are their own. */
const isOther = Boolean(process.versions.bun || process.versions.deno)

/** Reads a file of ours by Node's own compiler: a loader that came first (ts-node, esbuild-register) must not translate it. */
function load(name) {
  const { createRequire, Module } = process.getBuiltinModule('node:module')
  if (isOther) return createRequire(import.meta.url)(name)
  const file = process.getBuiltinModule('node:url').fileURLToPath(new URL(name, import.meta.url))
  const own = new Module(file)
  own.filename = file
  own._compile(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8'), file, 'module')
  return own.exports
}

/** Deno asks the user for each thing that is not allowed, or throws: it is asked first. */
function missingLeave() {
  const { permissions } = globalThis.Deno ?? {}
  const lacks = (name) => permissions.querySync({ name }).state !== 'granted'
  return permissions ? ['env', 'read', 'write', 'sys'].filter(lacks).map((name) => `--allow-${name}`) : []
}

/** Yarn's PnP leaves packages in zip files, which no thread of ours can read from; package.json asks for a folder. */
const isZipped = /\.zip\//.test(import.meta.url)

/** v8-compile-cache replaces the compiler itself, and compiles all as CommonJS. */
function hint(error) {
  return error instanceof SyntaxError ? "; another tool has replaced Node's loader? Load neatlogs before it" : ''
}

try {
  const leave = missingLeave()
  if (leave.length > 0) {
    console.error(`neatlogs: Deno was started without ${leave.join(', ')}: nothing is recorded`)
  } else if (isZipped && !isOff()) {
    console.error(
      'neatlogs: Yarn has left it in a zip file, nothing is recorded; write `"dependenciesMeta": {"neatlogs": {"unplugged": true}}` into package.json and run `yarn install`',
    )
  } else if (!isOff() && process.release.name === 'node' && process.features.require_module) {
    if (isOther) load('./dist/preload/other-runtime.js')
    if (!load('./dist/node-features.js').isHooksThread()) load('./dist/preload/start.js')
  } else if (!isOff()) {
    import('./register.cjs').catch(() => {}) // says why not; a damaged install has nothing to say it with
  }
} catch (error) {
  process.emitWarning(`neatlogs could not start, nothing is recorded: ${error}${hint(error)}`)
}

export {} // for tools that tell an ES module by its statements
