// results/*.json → the text of docs/benchmarks.md. A part that was never measured is left out; nothing is measured here.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { peersSection } from './render-peers.mjs'
import { boundsOf, circumstances, endingsTable, NOT_MET, number, table } from './render-table.mjs'
import { soakSection } from './soak/render.mjs'

const INTRO = `# Benchmarks

Written by \`npm run bench\` from \`test/bench/results/\`. Every figure is a child process of its own; medians, subjects in alternating order,
differences to the bare openai client of the same run. The client is the real one with a canned \`fetch\`, so that the network's share is
nothing. Each call carries marks at both ends of its question and its answer, and what a tool delivers is searched for them at a loopback
sink: “arrived” counts calls that came whole.
`

const MAX_INSTALL_MB = 5

/** Gives the whole document. */
export function renderDocument(folder) {
  const read = (name) => {
    const file = join(folder, `${name}.json`)
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
  }
  const [own, peers, soak, viewer] = ['own', 'peers', 'soak', 'viewer'].map(read)
  const elsewhere = readdirSync(folder).filter((name) => /^peers-node\d+\.json$/.test(name))
  const others = elsewhere.toSorted().map((name) => read(name.slice(0, -'.json'.length)))
  const parts = [
    INTRO,
    own && ownSection(own),
    peers && peersSection(peers, others),
    soak && soakSection(soak, circumstances(soak)),
    viewer && viewerSection(viewer),
  ]
  return `${parts.filter(Boolean).join('\n').trim()}\n`
}

function ownSection(own) {
  const rows = own.rows.map((row) => ownRow(row))
  rows.push(...installRows(own.install))
  return [
    '## What it costs\n',
    circumstances(own),
    table(['what', 'bare', 'with the hook', 'added', 'ratio', 'arrived', 'budget', ''], rows),
    boundsSection(own),
    '### Memory as it grows\n',
    'Resident MB over the bare client after so many calls. Flat: the second half adds no more than 5 MB.\n',
    memoryTable(own.rows),
    '## What is lost\n',
    'Of 1,000 calls, counted after the program has ended and `neatlogs ship` (or the next program) has run. “Down” means that the server answered\n503 for as long as the program lived.\n',
    endingsTable(own.endings, own.titles),
    lossVerdict(own.endings),
  ].join('\n')
}

function boundsSection({ rows, install }) {
  const missed = rows.filter(({ budget, subjects: { bare, neatlogs } }) => {
    return budget !== null && neatlogs.value !== null && neatlogs.value - bare.value > budget
  })
  const isHeavy = install && install.mb > MAX_INSTALL_MB
  return boundsOf([...missed.map(({ name }) => name), ...(isHeavy ? ['install without openai'] : [])])
}

function viewerSection(viewer) {
  return [
    '## The page at a million calls\n',
    circumstances(viewer),
    'Made records of one day, the viewer of `neatlogs view` in a process of its own, Chromium.\n',
    table(
      ['what', 'figure', 'budget'],
      viewer.rows.map(({ what, value, budget }) => [what, value, budget]),
    ),
  ].join('\n')
}

function ownRow({ name, unit, budget, subjects: { bare, neatlogs } }) {
  if (bare.value === null || neatlogs.value === null)
    return [name, '', `failed: ${neatlogs.failure ?? bare.failure}`, '', '', '', '', '']
  const added = neatlogs.value - bare.value
  const figures = [bare.value, neatlogs.value, added].map((value) => `${number(value)} ${unit}`)
  return [
    name,
    ...figures,
    `${number(neatlogs.value / bare.value)}×`,
    arrived(neatlogs),
    ...verdict(added, budget, unit),
  ]
}

function arrived({ calls, whole }) {
  if (calls === 0) return ''
  return whole === calls ? 'all' : `${whole} of ${calls}`
}

function verdict(value, budget, unit) {
  return budget === null ? ['', ''] : [`≤ ${budget} ${unit}`, value <= budget ? 'met' : NOT_MET]
}

function installRows(install) {
  if (!install) return []
  const { mb, packages } = install
  return [
    ['install without openai', '', `${number(mb)} MB`, '', '', '', ...verdict(mb, MAX_INSTALL_MB, 'MB')],
    ['packages installed', '', String(packages), '', '', '', '≤ 25', packages <= 25 ? 'met' : NOT_MET],
  ]
}

function memoryTable(rows) {
  const withPoints = rows.filter(({ subjects }) => subjects.neatlogs.points && subjects.bare.points)
  if (withPoints.length === 0) return ''
  const calls = withPoints[0].subjects.neatlogs.points.map((point) => `${point.calls.toLocaleString('en-US')} calls`)
  const lines = withPoints.map(({ name, subjects: { bare, neatlogs } }) => {
    const added = neatlogs.points.map((point, at) => point.mb - bare.points[at].mb)
    return [
      name.replace(/^memory after [\d,]+ calls, /, ''),
      ...added.map(number),
      added[3] - added[1] <= 5 ? 'flat' : '**grows**',
    ]
  })
  return table(['', ...calls, ''], lines)
}

function lossVerdict(endings) {
  const sum = endings.flatMap(({ subjects: { neatlogs } }) => [neatlogs.up, neatlogs.down])
  const missing = sum.reduce((total, { calls, whole }) => total + calls - whole, 0)
  const failed = sum.filter(({ calls }) => calls === 0).length
  return `Budget: 0 lost in any ending, server up or down: ${missing === 0 && failed === 0 ? 'met' : NOT_MET}.\n`
}
