// results/*.json → the text of docs/benchmarks.md. A part that was never measured is left out; nothing is measured here.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { soakSection } from './soak/render.mjs'

const INTRO = `# Benchmarks

Written by \`npm run bench\` from \`test/bench/results/\`. Every figure is a child process of its own; medians, subjects in alternating order,
differences to the bare openai client of the same run. The client is the real one with a canned \`fetch\`, so that the network's share is
nothing. Each call carries marks at both ends of its question and its answer, and what a tool delivers is searched for them at a loopback
sink: “arrived” counts calls that came whole.
`

/** Gives the whole document. */
export function renderDocument(folder) {
  const read = (name) => {
    const file = join(folder, `${name}.json`)
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
  }
  const [own, peers, soak] = ['own', 'peers', 'soak'].map(read)
  const parts = [
    INTRO,
    own && ownSection(own),
    peers && peersSection(peers),
    soak && soakSection(soak, circumstances(soak)),
  ]
  return `${parts.filter(Boolean).join('\n').trim()}\n`
}

const oneLine = (cell) => String(cell).replace(/\s+/g, ' ').replaceAll('|', '/')
const table = (head, rows) =>
  `${[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(oneLine).join(' | ')} |`).join('\n')}\n`
const number = (value) => value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** The line that says under what a part was measured; a busy machine makes figures worse, ours more than the bare client's. */
function circumstances({ command, date, machine, node, openai, seconds, load }) {
  const busy =
    load > 1
      ? ` The machine was busy (load average ${number(load)} at the start): read the figures as upper limits.`
      : ''
  return `\`${command}\`, ${date} UTC, ${Math.max(1, Math.round(seconds / 60))} min: ${machine}, Node ${node}, openai ${openai}.${busy}\n`
}

function ownSection(own) {
  const rows = own.rows.map((row) => ownRow(row))
  rows.push(...installRows(own.install))
  return [
    '## What it costs\n',
    circumstances(own),
    table(['what', 'bare', 'with the hook', 'added', 'ratio', 'arrived', 'budget', ''], rows),
    '### Memory as it grows\n',
    'Resident MB over the bare client after so many calls. Flat: the second half adds no more than 5 MB.\n',
    memoryTable(own.rows),
    '## What is lost\n',
    'Of 1,000 calls, counted after the program has ended and `neatlogs ship` (or the next program) has run. “Down” means that the server answered\n503 for as long as the program lived.\n',
    endingsTable(own.endings, own.titles),
    lossVerdict(own.endings),
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
  return budget === null ? ['', ''] : [`≤ ${budget} ${unit}`, value <= budget ? 'met' : '**not met**']
}

function installRows(install) {
  if (!install) return []
  const { mb, packages } = install
  return [
    ['install without openai', '', `${number(mb)} MB`, '', '', '', ...verdict(mb, 5, 'MB')],
    ['packages installed', '', String(packages), '', '', '', '≤ 25', packages <= 25 ? 'met' : '**not met**'],
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

const lost = ({ calls, whole, failure }) => (calls === 0 ? `failed: ${failure}` : String(calls - whole))

function endingsTable(endings, titles) {
  const names = Object.keys(endings[0].subjects)
  const head = names.flatMap((name) =>
    names.length === 1 ? ['lost, server up', 'lost, server down'] : [`${titles[name]}: up / down`],
  )
  const rows = endings.map(({ name, subjects }) => [
    name,
    ...names.flatMap((one) => {
      const both = [lost(subjects[one].up), lost(subjects[one].down)]
      return names.length === 1 ? both : [both.join(' / ')]
    }),
  ])
  return table(['ending', ...head], rows)
}

function lossVerdict(endings) {
  const sum = endings.flatMap(({ subjects: { neatlogs } }) => [neatlogs.up, neatlogs.down])
  const missing = sum.reduce((total, { calls, whole }) => total + calls - whole, 0)
  const failed = sum.filter(({ calls }) => calls === 0).length
  return `Budget: 0 lost in any ending, server up or down: ${missing === 0 && failed === 0 ? 'met' : '**not met**'}.\n`
}

function peersSection(peers) {
  const names = Object.keys(peers.titles).filter((name) => name !== 'bare')
  const cell = (row, name) => {
    const { bare, [name]: one } = row.subjects
    if (one.value === null) return `failed: ${one.failure}`
    const partly = one.calls > 0 && one.whole < one.calls ? ` (${one.whole} of ${one.calls} arrived)` : ''
    return `+${number(one.value - bare.value)} ${row.unit}, ${number(one.value / bare.value)}×${partly}`.replace(
      '+-',
      '−',
    )
  }
  const rows = peers.rows.map((row) => [
    row.name,
    `${number(row.subjects.bare.value ?? 0)} ${row.unit}`,
    ...names.map((name) => cell(row, name)),
    ...goalCells(row),
  ])
  if (peers.installs) {
    rows.push(['install without openai', '', ...names.map((name) => installCell(peers.installs[name])), '', ''])
  }
  return [
    '## Beside other tools\n',
    circumstances(peers),
    'Each tool is set up as its own README says, batching and with the content of messages on (`test/bench/peers/*/setup.mjs`), and flushed by its\ndocumented call inside the time measured. Added to the bare client, and the ratio to it; what did not arrive whole is in brackets.\n',
    table(['what', 'bare', ...names.map((name) => peers.titles[name]), 'goal', ''], rows),
    'Calls lost of 1,000, server up / down. Each peer flushes when the event loop has run dry and at a signal it may hear, by code the user would\nhave to write; none documents a way to deliver what a dead process has left.\n',
    endingsTable(peers.endings, peers.titles),
  ].join('\n')
}

/** Goals are shares of what the cheapest peer adds: the row says who that is. */
function goalCells({ goal, unit, subjects: { bare, neatlogs, ...peers } }) {
  const whole = Object.entries(peers).filter(([, { value, calls, whole }]) => value !== null && whole >= calls)
  if (!goal || whole.length === 0 || neatlogs.value === null) return ['', '']
  const [name, cheapest] = whole.toSorted(([, a], [, b]) => a.value - b.value)[0]
  const limit = Math.max(0, cheapest.value - bare.value) * goal
  const isMet = neatlogs.value - bare.value <= limit
  return [`≤ ${number(limit)} ${unit} (${name})`, isMet ? 'met' : goal < 1 ? '**not met**' : `**${name} is cheaper**`]
}

function installCell(install) {
  return install ? `${number(install.mb)} MB, ${install.packages} packages` : ''
}
