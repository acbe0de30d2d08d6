// Records this process: `node --import neatlogs/register app.js`, or `--require`. Starts once, in user threads only.
// No import statement, see dist/hook/boot.js; old Nodes get no further than the `import()`, whose file they can parse.
if (process.features.require_module === true) {
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url)
  require('./dist/hook/boot.js').boot(() => require('./dist/start.js'))
} else {
  import('./dist/hook/boot.js').then((boot) => boot.sayUnsupported()).catch(() => {}) // nothing to say it with
}
