// Stands in for dist/preload/start.js: writes what the hooks find, one JSON line each, to the file named by FOUND_FILE. At the end of a
// thread it says how many of the classes that the program put into `globalThis.uses` were never reported. No openai is patched.
import { installHooks } from '../hook/install.js'
import { OPENAI_TARGET } from '../openai/targets.js'

const { appendFileSync } = process.getBuiltinModule('node:fs')
const prototypes = new Set()
const write = (line) => appendFileSync(process.env.FOUND_FILE, `${JSON.stringify(line)}\n`)

const isFirst = installHooks(
  [OPENAI_TARGET],
  ({ exported, ...place }) => {
    prototypes.add(exported.prototype)
    write({ name: exported.name, ...place })
  },
  (code, error) => write({ problem: code, message: String(error) }),
)
write({ started: isFirst, pid: process.pid })

process.on('exit', () => {
  const unreported = (globalThis.uses ?? []).filter((used) => !ancestors(used).some((each) => prototypes.has(each)))
  if (globalThis.uses) write({ used: globalThis.uses.length, unreported: unreported.map((used) => used?.name) })
})

function ancestors(used) {
  const found = []
  for (let each = used?.prototype; each; each = Object.getPrototypeOf(each)) found.push(each)
  return found
}
