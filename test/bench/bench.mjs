// `npm run bench [-- --node 24] [--only REGEXP] [--quick] [--rounds N] [--peers [--beside NAME,…]] [--soak [MINUTES]]`: what the hook costs and what it loses. Each figure is a child
// process of its own, in alternating order, as a difference to the bare client in the same run. Writes results/*.json and docs/benchmarks.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { nodeBinary } from '../../fixtures/node.mjs'
import { measureEndings, measureRows } from './figures.mjs'
import { installSize, ownInstallSize } from './install-size.mjs'
import { machine } from './measure.mjs'
import { parseOptions } from './options.mjs'
import { startSink } from './sink.mjs'
import { ownSubjects } from './subjects.mjs'

// an interrupted run removes its copies of the programs and of the package, too
process.once('SIGINT', () => process.exit(130))
const options = parseOptions(process.argv.slice(2))
const node = await nodeBinary(options.major)
const sink = await startSink()
const report = (line) => console.log(line)
const tools = { node, sink, startSink, report }
const beganMs = performance.now()
const load = loadavg()[0]

const parts = {
  none: () => null,
  own: async () => figures(ownSubjects(node)),
  peers: async () => {
    const { peerSubjects } = await import('./peers.mjs')
    return figures([...ownSubjects(node), ...(await peerSubjects(report, options.beside))])
  },
  soak: async () => (await import('./soak/soak.mjs')).soak(options, tools),
}

async function figures(subjects) {
  const rows = await measureRows(subjects, options, tools)
  const titles = Object.fromEntries(subjects.map(({ name, title }) => [name, title]))
  if (!options.isUsual) return { titles, rows }
  const endings = await measureEndings(subjects.slice(1), options, tools)
  if (options.only !== null) return null
  const install = await ownInstallSize()
  const weighed = subjects.filter(({ installed }) => installed !== undefined)
  const installs = Object.fromEntries(weighed.map(({ name, installed }) => [name, installSize(installed)]))
  return { titles, rows, endings, install, installs: { neatlogs: install, ...installs } }
}

const data = await parts[options.part]()
sink.close()
if (options.only === null) {
  mkdirSync(options.results, { recursive: true })
  if (data !== null) {
    const file = join(options.results, options.file)
    writeFileSync(file, `${JSON.stringify({ ...circumstances(), ...data }, null, 1)}\n`)
    console.log(`\nwritten to ${file}`)
  }
  const { renderDocument } = await import('./render.mjs')
  writeFileSync(options.document, renderDocument(options.results))
  console.log(`written to ${options.document}, after ${Math.round((performance.now() - beganMs) / 1000)} s`)
}

/** Under what a part was measured, kept with its figures. */
function circumstances() {
  return {
    command: options.command,
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    machine: machine(),
    node: options.major,
    openai: '6.49.0',
    load,
    seconds: Math.round((performance.now() - beganMs) / 1000),
  }
}
