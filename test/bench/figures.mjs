// The rows and the endings, run for some subjects. In: subjects, what to run. Out: plain data for results/*.json.
import { alternate, median, runOnce } from './measure.mjs'
import { ENDINGS, ROWS } from './rows.mjs'

/** Gives `[{ name, unit, budget, subjects: { bare: { value, calls, whole, points, failure } } }]`. */
export async function measureRows(subjects, options, tools) {
  const isWanted = ({ name, isOwn, isEverywhere }) =>
    (options.only === null || options.only.test(name)) &&
    !(isOwn && options.part === 'peers') &&
    (options.isUsual || options.only !== null || (isEverywhere && !isOwn))
  const rows = ROWS.filter(isWanted)
  const shared = new Map()
  const results = []
  for (const row of rows) {
    const key = row.same ?? row.name
    if (!shared.has(key)) shared.set(key, await runRow(row, subjects, options, tools))
    const result = summary(row, shared.get(key))
    results.push(result)
    tools.report(lineOf(result))
  }
  return results
}

function runRow(row, subjects, { quick, part, rounds }, { node, sink }) {
  const env = { ...row.env, ...(part === 'peers' ? row.peers : {}), ...(quick ? row.quick : {}) }
  const usual = part === 'peers' ? row.peerRounds : row.rounds
  const asked = row.isShort ? Math.max(rounds ?? 0, usual) : (rounds ?? usual)
  return alternate(subjects, quick ? 1 : asked, (subject) =>
    runOnce(subject, row.program, { node, sink, env, down: row.down, isPinned: row.isPinned }),
  )
}

function summary({ name, unit, budget = null, goal = null, field }, runs) {
  const subjects = {}
  for (const [subject, all] of Object.entries(runs)) {
    const good = all.filter((run) => run.failure === null)
    const worst = all.toSorted((a, b) => b.calls - b.whole - (a.calls - a.whole))[0]
    const failure = all.find((run) => run.failure !== null)?.failure ?? null
    subjects[subject] = {
      value: good.length > 0 ? median(good.map((run) => run.values[field])) : null,
      calls: worst.calls,
      whole: worst.whole,
      points: medianPoints(good.map((run) => run.values.points)),
      failure,
      left: all.find((run) => run.left)?.left ?? null,
    }
  }
  return { name, unit, budget, goal, subjects }
}

/** `[{ calls, mb }]` of several runs as one such list. */
function medianPoints(lists) {
  if (lists[0] === undefined) return null
  return lists[0].map(({ calls }, at) => ({ calls, mb: median(lists.map((points) => points[at].mb)) }))
}

function lineOf({ name, unit, budget, subjects }) {
  const parts = Object.entries(subjects).map(([subject, { value, calls, whole, failure, left }]) => {
    if (value === null) return `${subject}: ${failure}`
    const added =
      subject === 'bare'
        ? ''
        : ` (+${(value - subjects.bare.value).toFixed(2)}, ${whole}/${calls}${left ? `, ${left}` : ''})`
    return `${subject} ${value.toFixed(2)} ${unit}${added}`
  })
  const limit = budget === null ? '' : `  |  budget ${budget} ${unit}`
  return `${name}  |  ${parts.join('  |  ')}${limit}`
}

/** Gives `[{ ending, name, subjects: { neatlogs: { up: { calls, whole, partial }, down } } }]`: two children at a time, nothing is timed. */
export async function measureEndings(subjects, options, { node, startSink, report }) {
  const calls = options.quick ? '100' : '1000'
  const wanted = ENDINGS.filter(({ ending }) => options.only === null || options.only.test(ending))
  const rows = wanted.map(({ ending, name }) => ({ ending, name, subjects: {} }))
  const queue = rows.flatMap((row) => subjects.map((subject) => ({ row, subject })))
  const work = async () => {
    const sink = await startSink()
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { row, subject } = next
      const env = { ENDING: row.ending, CALLS: calls }
      const up = await runOnce(subject, 'endings.mjs', { node, sink, env })
      const down = await runOnce(subject, 'endings.mjs', { node, sink, env, down: true })
      row.subjects[subject.name] = { up: endOf(up), down: endOf(down) }
      report(`${row.ending} ${subject.name}: lost ${up.calls - up.whole} up, ${down.calls - down.whole} down`)
    }
    sink.close()
  }
  await Promise.all([work(), work()])
  return rows
}

function endOf({ calls, whole, partial, code, signal, failure }) {
  return { calls, whole, partial, how: signal ?? code, failure }
}
