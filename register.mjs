// Records this process: `node --import neatlogs/register app.js`, or `--require`. Starts once, in the program's own
// threads only. No import statement: some Nodes run a --require'd file in their hooks thread and cannot link it there
// (dist/node-features.js).
const isOff =
  /^\s*(1|true|yes|on)\s*$/i.test(process.env.NEATLOGS_DISABLED || '') || Symbol.for('neatlogs.preload') in globalThis
try {
  if (!isOff && process.features.require_module) {
    const require = process.getBuiltinModule('node:module').createRequire(import.meta.url)
    if (!require('./dist/node-features.js').isHooksThread()) require('./dist/preload/start.js')
  } else if (!isOff) {
    import('./register.cjs').catch(() => {}) // says why not; a damaged install has nothing to say it with
  }
} catch (error) {
  process.emitWarning(`neatlogs could not start, nothing is recorded: ${error}`)
}

export {} // for tools that tell an ES module by its statements
