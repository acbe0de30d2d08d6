// What the parts of docs/benchmarks.md have in common: tables, numbers, under what something was measured, endings, and why a row is not met.
import { BOUNDS } from './bounds.mjs'

const oneLine = (cell) => String(cell).replace(/\s+/g, ' ').replaceAll('|', '/')
export const table = (head, rows) =>
  `${[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(oneLine).join(' | ')} |`).join('\n')}\n`
export const number = (value) => value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** The line that says under what a part was measured; a busy machine makes figures worse, ours more than the bare client's. */
export function circumstances({ command, date, machine, node, openai, seconds, load }) {
  const busy =
    load > 1
      ? ` The machine was busy (load average ${number(load)} at the start): read the figures as upper limits.`
      : ''
  return `\`${command}\`, ${date} UTC, ${Math.max(1, Math.round(seconds / 60))} min: ${machine}, Node ${node}${openai === undefined ? '' : `, openai ${openai}`}.${busy}\n`
}

export const NOT_MET = '**not met**'

/** What bounds each of these rows, as a list; nothing where all are met. */
export function boundsOf(names) {
  if (names.length === 0) return ''
  return `${names.map((name) => `- **${name}**: ${BOUNDS.get(name) ?? '**not explained yet**'}`).join('\n')}\n`
}

const lost = ({ calls, whole, failure }) => (calls === 0 ? `failed: ${failure}` : String(calls - whole))

export function endingsTable(endings, titles) {
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
