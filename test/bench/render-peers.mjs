// The part of docs/benchmarks.md that stands us beside other tools. In: results/peers.json and the same of other Nodes. Out: text.
import { boundsOf, circumstances, endingsTable, NOT_MET, number, table } from './render-table.mjs'

const INTRO = `Each tool is set up as its own README says, batching and with the content of messages on (\`test/bench/peers/*/setup.mjs\`), and flushed by its
documented call inside the time measured. Added to the bare client, and the ratio to it; what did not arrive whole is in brackets. Goals are shares of what the cheapest peer adds.
`
const ENDINGS = `Calls lost of 1,000, server up / down. Each peer flushes when the event loop has run dry and at a signal it may hear, by code the user would
have to write; none documents a way to deliver what a dead process has left.
`

/** Gives the section; `others` are the same measurements on other Nodes, of the rows with a goal. */
export function peersSection(peers, others) {
  return [
    '## Beside other tools\n',
    circumstances(peers),
    INTRO,
    figuresTable(peers),
    ...others.flatMap((other) => [`### On Node ${other.node}\n`, circumstances(other), figuresTable(other)]),
    boundsSection([peers, ...others]),
    ENDINGS,
    endingsTable(peers.endings, peers.titles),
  ].join('\n')
}

function figuresTable({ titles, rows, installs }) {
  const names = Object.keys(titles).filter((name) => name !== 'bare')
  const lines = rows.map((row) => [
    row.name,
    `${number(row.subjects.bare.value ?? 0)} ${row.unit}`,
    ...names.map((name) => cellOf(row, name)),
    winnerOf(row),
    ...goalCells(row),
  ])
  if (installs)
    lines.push(['install without openai', '', ...names.map((name) => installCell(installs[name])), '', '', ''])
  return table(['what', 'bare', ...names.map((name) => titles[name]), 'cheapest', 'goal', ''], lines)
}

function cellOf({ unit, subjects }, name) {
  const { bare, [name]: one } = subjects
  if (one.value === null) return `failed: ${one.failure}`
  const partly = one.calls > 0 && one.whole < one.calls ? ` (${one.whole} of ${one.calls} arrived)` : ''
  const added = `+${number(one.value - bare.value)}`.replace('+-', '−')
  return `${added} ${unit}, ${number(one.value / bare.value)}×${partly}`
}

/** Those that delivered all, the cheapest first. */
function ranked({ bare: _bare, ...tools }) {
  const whole = Object.entries(tools).filter(([, { value, calls, whole }]) => value !== null && whole >= calls)
  return whole.toSorted(([, a], [, b]) => a.value - b.value)
}

function winnerOf({ subjects }) {
  const [name] = ranked(subjects)[0] ?? ['']
  return name === 'neatlogs' || name === '' ? name : `**${name}**`
}

function goalOf({ goal, subjects: { neatlogs, ...others } }) {
  const cheapest = ranked(others)[0]
  if (!goal || cheapest === undefined || neatlogs.value === null) return null
  const limit = Math.max(0, cheapest[1].value - others.bare.value) * goal
  return { limit, name: cheapest[0], isMet: neatlogs.value - others.bare.value <= limit }
}

function goalCells(row) {
  const goal = goalOf(row)
  if (goal === null) return ['', '']
  return [`≤ ${number(goal.limit)} ${row.unit} (${goal.name})`, goal.isMet ? 'met' : NOT_MET]
}

function boundsSection(all) {
  const missed = all.flatMap(({ rows }) => rows.filter((row) => goalOf(row)?.isMet === false).map(({ name }) => name))
  return boundsOf([...new Set(missed)])
}

function installCell(install) {
  return install ? `${number(install.mb)} MB, ${install.packages} packages` : ''
}
