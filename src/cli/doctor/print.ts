// Doctor: the report as lines. In: sections of findings and the settings. Out: text; each problem says what to do. Pure.
import type { Paint, Style } from '../paint.ts'
import type { Setting } from './configuration.ts'
import type { Finding } from './finding.ts'
import type { Level } from './messages.ts'

export interface Report {
  readonly version: string
  /** Records would arrive. */
  readonly ok: boolean
  readonly sections: readonly { readonly name: string; readonly findings: readonly Finding[] }[]
  readonly settings: readonly Setting[]
}

const MARKS: { readonly [level in Level]: readonly [Style, string] } = {
  ok: ['green', '✔'],
  note: ['cyan', 'ℹ'],
  warn: ['yellow', '⚠'],
  problem: ['red', '✖'],
}

export function printReport({ version, ok, sections, settings }: Report, paint: Paint): string {
  const lines = [`neatlogs ${version}`]
  for (const { name, findings } of sections) {
    if (findings.length === 0) continue
    lines.push('', paint('bold', name), ...findings.flatMap((finding) => findingLines(finding, paint)))
  }
  lines.push('', paint('bold', 'Configuration'), ...settingLines(settings, paint), '')
  lines.push(ok ? paint('green', 'Records would arrive.') : paint('red', verdict(sections)))
  return `${lines.join('\n')}\n`
}

function findingLines({ level, code, text, remedy }: Finding, paint: Paint): string[] {
  const [style, mark] = MARKS[level]
  const name = level === 'ok' ? '' : paint('dim', ` [${code}]`)
  return [`  ${paint(style, mark)} ${text}${name}`, ...(remedy === null ? [] : [`    ${paint('dim', `→ ${remedy}`)}`])]
}

function settingLines(settings: readonly Setting[], paint: Paint): string[] {
  const width = Math.max(...settings.map(({ name }) => name.length))
  return settings.map(({ name, value, source }) => {
    const from =
      source === 'default' ? paint('dim', '(default)') : source === 'bad' ? paint('yellow', '(bad value)') : ''
    return `  ${name.padEnd(width)}  ${[value, from].filter(Boolean).join(' ')}`
  })
}

function verdict(sections: Report['sections']): string {
  const count = sections.flatMap(({ findings }) => findings).filter(({ level }) => level === 'problem').length
  return `Records would not arrive: ${count} ${count === 1 ? 'problem' : 'problems'}.`
}
