// Doctor, configuration: every variable, what it is set to and where that comes from. Secrets are never shown. Pure.
import { OTEL_TABLE } from '../../destinations/otel-table.ts'
import { type Environment, OPTION_TABLE, type OptionRow, readRows } from '../../options/options.ts'
import type { Json } from '../../record.ts'
import { scrubJson } from '../../secrets/json.ts'
import { printable, printableName, printableValue } from '../../secrets/printable.ts'
import { type Finding, say } from './finding.ts'

export interface Setting {
  readonly name: string
  /** The value in force; `(set)` stands for a secret. */
  readonly value: string
  /** `bad`: set, but not understood, so that what stands in for it is in force. */
  readonly source: 'environment' | 'default' | 'bad'
}

/** Rows for all of our own variables, and for those of OpenTelemetry that are set. */
export function listSettings(env: Environment): Setting[] {
  const rows: readonly OptionRow<string>[] = OPTION_TABLE
  const own = rows.map((row) => toSetting(row, env))
  const names = new Set(rows.map((row) => row.env))
  const others = OTEL_TABLE.filter((row) => !names.has(row.env) && env[row.env]?.trim())
  return [...own, ...others.map((row) => toSetting(row, env))]
}

function toSetting(row: OptionRow<string>, env: Environment): Setting {
  const { values, warnings } = readRows([row], env)
  const isSet = Boolean(env[row.env]?.trim())
  const source = warnings.length > 0 ? 'bad' : isSet ? 'environment' : 'default'
  return { name: row.env, value: shown(row, values[row.key], isSet), source }
}

function shown(row: OptionRow<string>, value: unknown, isSet: boolean): string {
  if (row.secret) return isSet ? '(set)' : ''
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map((entry) => shownEntry(String(entry), row.kind === 'rules')).join(',')
  if (typeof value !== 'object') return printableValue(String(value))
  return Object.keys(value).length === 0 ? '' : printable(JSON.stringify(scrubJson(value as Json, true)))
}

/** A pair (`key=value`) whose key is no name may be anything. */
function shownEntry(entry: string, isRule: boolean): string {
  // What an expression looks for may be the secret itself.
  if (isRule && entry.startsWith('/')) return `/…/${entry.slice(entry.lastIndexOf('/') + 1)}`
  const at = entry.indexOf('=')
  if (at < 0) return printableValue(entry)
  const isName = printableName(entry.slice(0, at)) !== null
  return isName ? printableValue(entry) : '…'
}

/** Bad values, and names that look like ours and are not. */
export function checkConfiguration(warnings: readonly string[], env: Environment): Finding[] {
  const known = new Set(OPTION_TABLE.map((row) => row.env))
  const unknown = Object.keys(env).filter((name) => name.startsWith('NEATLOGS_') && !known.has(name))
  return [
    ...warnings.map((warning) => say('OPTION_BAD', { warning })),
    ...unknown.sort().map((name) => say('OPTION_UNKNOWN', { name })),
  ]
}
