// What a Node below 20.19, or 21 to 22.11, gets for `--require neatlogs/register`: it cannot require the ES modules that neatlogs is made
// of. Says so once and lets the program go on. Every Node since 10 can parse this. Where it can be required, register.mjs is taken at once.
'use strict'

const isOff = () => /^\s*(1|true|yes|on)\s*$/i.test(process.env.NEATLOGS_DISABLED || '')

/** A runtime that says it is none of those which were tried. Bun and Deno call themselves `node`, too. */
const stranger = process.release && process.release.name !== 'node' ? process.release.name : null

if (process.features.require_module && !stranger) start()
else if (!isOff()) sayUnsupported(process.versions.node)

/** By Node's own compiler, as register.mjs does: a loader that came first must not translate it. Never throws: the program goes on. */
function start() {
  try {
    if (process.versions.bun || process.versions.deno) {
      require('./register.mjs')
      return
    }
    const { Module } = require('node:module')
    const file = require('node:path').join(__dirname, 'register.mjs')
    const own = new Module(file)
    own.filename = file
    own._compile(require('node:fs').readFileSync(file, 'utf8'), file, 'module')
  } catch (error) {
    if (!isOff())
      process.emitWarning(
        `neatlogs could not start, nothing is recorded: ${error}; another tool has replaced Node's loader? Load neatlogs before it`,
      )
  }
}

/** One line on stderr; a worker thread leaves that to its main thread. */
function sayUnsupported(version) {
  const [major, minor] = version.split('.').map(Number)
  const isNewEnough = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
  const why = stranger
    ? `${stranger} is not supported (Node >= 20.19, Bun and Deno are)`
    : isNewEnough
      ? 'require() of ES modules is switched off, as AWS Lambda does; add --experimental-require-module to NODE_OPTIONS'
      : `Node ${version} is not supported (needs >= ${major < 21 ? '20.19' : '22.12'})`
  try {
    if (require('node:worker_threads').isMainThread) process.stderr.write(`neatlogs: ${why}; nothing is recorded\n`)
  } catch {
    // A Node without worker threads (below 14.18), or stderr is closed: the program goes on.
  }
}
