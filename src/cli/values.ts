// Values on the command line: text → value, or an error that names what is allowed. Pure; commander adds option and value.
import { InvalidArgumentError } from 'commander'

const MAX_PORT = 65_535
/** More would be a load test. */
const MAX_TIMES = 100
const UNIT_MS: ReadonlyMap<string, number> = new Map(
  Object.entries({ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }),
)
const DAYS_AGO: ReadonlyMap<string, number> = new Map(Object.entries({ today: 0, yesterday: 1 }))

/** Reads a port, 0 to 65535; 0 stands for any free one. */
export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > MAX_PORT) refuse(`a whole number from 0 to ${MAX_PORT}`)
  return port
}

/**
 * Reads a comma list of host names. The addresses that stand for every interface name no host: a page that answers for any
 * name can be read by any web site whose own name is pointed at it (DNS rebinding).
 */
export function parseHosts(text: string, before: readonly string[] = []): string[] {
  const names = text.split(',').map((name) => name.trim())
  const isName = (name: string) => /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:]+\])$/i.test(name)
  if (!names.every((name) => isName(name) && !/^(?:0\.0\.0\.0|\[:*\])$/.test(name)))
    refuse('a comma list of the host names that the page is opened by, e.g. localhost or viewer.internal,10.0.0.5')
  return [...before, ...names]
}

/** Reads a whole number of at least 0. */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) refuse('a whole number of at least 0')
  return Number(text)
}

/** Reads a whole number from 1 to 100. */
export function parseTimes(text: string): number {
  const times = Number(text)
  if (!/^\d{1,3}$/.test(text) || times < 1 || times > MAX_TIMES) refuse(`a whole number from 1 to ${MAX_TIMES}`)
  return times
}

/** Reads `30`, `30s`, `500ms`, `2m`, `1h`, `7d` as milliseconds; a bare number is seconds. */
export function parseDuration(text: string): number {
  const ms = durationMs(text)
  if (ms === null) refuse('a duration such as 30s, 500ms, 2m or 1h')
  return ms
}

/** Reads a duration back from now, `today` or `yesterday` (its midnight here), or a date, as epoch milliseconds. */
export function parseSince(text: string): number {
  const ms = /\d$/.test(text) ? null : durationMs(text)
  if (ms !== null) return Date.now() - ms
  const day = DAYS_AGO.get(text)
  if (day !== undefined) return midnightMs(day)
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(date))
    refuse('a duration such as 15m, 2h or 7d, today, yesterday, or a date such as 2026-11-22 or 2026-11-22T15:04:00Z')
  return date
}

/** Reads an amount of US dollars of at least 0. */
export function parseUsd(text: string): number {
  const amount = Number(text.replace(/^\$/, ''))
  if (!/^\$?(?:\d+\.?\d*|\.\d+)$/.test(text)) refuse('an amount of US dollars such as 0.05')
  return amount
}

/** Reads one of these words. */
export function wordParser<Word extends string>(allowed: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = allowed.find((one) => one === text)
    if (word === undefined) refuse(`one of ${allowed.join(', ')}`)
    return word
  }
}

/** Gives the parser of a comma list that may be repeated; with `allowed`, of these words only. */
export function listParser(allowed?: readonly string[]): (text: string, before?: readonly string[]) => string[] {
  return (text, before = []) => {
    const words = text.split(',').map((word) => word.trim())
    if (words.some((word) => word === '')) refuse('a comma list')
    if (allowed && !words.every((word) => allowed.includes(word))) refuse(`a comma list of ${allowed.join(', ')}`)
    return [...before, ...words]
  }
}

/** The begin of a day of this machine's time zone; also on the days when its clocks change. */
function midnightMs(daysAgo: number): number {
  const now = new Date()
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).getTime()
}

function durationMs(text: string): number | null {
  const [, count, unit = 's'] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)?$/.exec(text) ?? []
  return count === undefined ? null : Number(count) * (UNIT_MS.get(unit) ?? 0)
}

function refuse(allowed: string): never {
  throw new InvalidArgumentError(`It must be ${allowed}.`)
}
