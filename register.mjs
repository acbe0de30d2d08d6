// Records this process: `node --import neatlogs/register app.js`. Starts once, in the program's own threads only. No import statement:
// some Nodes run a --require'd file in their hooks thread and cannot link it there (dist/node-features.js).
const isOff =
  /^\s*(1|true|yes|on)\s*$/i.test(process.env.NEATLOGS_DISABLED || '') || Symbol.for('neatlogs.preload') in globalThis

/** Bun and Deno run Node's packages, but not its loader. */
const isNode = !process.versions.bun && !process.versions.deno

/** Reads a file of ours by Node's own compiler: a loader that came first (ts-node, esbuild-register) must not translate it. */
function load(name) {
  const { Module } = process.getBuiltinModule('node:module')
  const file = process.getBuiltinModule('node:url').fileURLToPath(new URL(name, import.meta.url))
  const own = new Module(file)
  own.filename = file
  own._compile(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8'), file, 'module')
  return own.exports
}

/** v8-compile-cache replaces the compiler itself, and compiles all as CommonJS. */
function hint(error) {
  return error instanceof SyntaxError ? "; another tool has replaced Node's loader? Load neatlogs before it" : ''
}

try {
  if (!isOff && isNode && process.features.require_module) {
    if (!load('./dist/node-features.js').isHooksThread()) load('./dist/preload/start.js')
  } else if (!isOff) {
    import('./register.cjs').catch(() => {}) // says why not; a damaged install has nothing to say it with
  }
} catch (error) {
  process.emitWarning(`neatlogs could not start, nothing is recorded: ${error}${hint(error)}`)
}

export {} // for tools that tell an ES module by its statements
