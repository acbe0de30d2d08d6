// Secret fields of JSON as a text: whole or cut, nested however deep, or itself quoted within a text. In: the text. Out: the same without
// their values, and those values. Nothing is parsed but the value of a secret field that is an object. Main thread, hot path: the common
// case costs one search for `":` and a look at two letters for each field.
import { parseJson, toJson } from '../originals.ts'
import { censorAll, censorHeaders, isSchema } from './censor.ts'
import { hasMoreNames, isSecretName, LONGEST_NAME } from './names.ts'
import { CENSOR } from './shapes.ts'
import { endOfText, endOfValue, quoteAt } from './walk.ts'

export interface MaskedFields {
  readonly text: string
  /** What was masked, as it was written: it may come back in the answer. */
  readonly values: readonly string[]
}

/** The last two letters of every secret name (names.ts), and of `headers`. */
const ENDS: ReadonlySet<number> = new Set(
  'ey en et rd wd se on ie es al ls wt re er ng rs'
    .split(' ')
    .flatMap((end) => [end, end.toUpperCase(), `${end[0]}${(end[1] as string).toUpperCase()}`])
    .map((end) => (end.charCodeAt(0) << 8) | end.charCodeAt(1)),
)
const BACKSLASH = 92
/** Shorter values stand in every text: they are not looked for elsewhere. */
const MIN_VALUE_CHARS = 8

/** Masks the values of secret fields. The same string when there are none. */
export function maskFields(text: string): MaskedFields {
  const first = maskWith(text, '":')
  if (!first.text.includes('" :')) return first
  const second = maskWith(first.text, '" :')
  return { text: second.text, values: [...first.values, ...second.values] }
}

function maskWith(text: string, mark: string): MaskedFields {
  const values: string[] = []
  let masked = ''
  let from = 0
  const anyEnd = hasMoreNames()
  for (let quote = text.indexOf(mark); quote >= 0; quote = text.indexOf(mark, Math.max(quote + 1, from))) {
    let end = quote
    while (text.charCodeAt(end - 1) === BACKSLASH) end--
    if (!anyEnd && !endsLikeSecret(text, end)) continue
    const name = nameBefore(text, end)
    if (name !== 'headers' && !isSecretName(name)) continue
    const found = maskValue(text, quote + mark.length, quote - end, name, values)
    if (found === null) continue
    masked += text.slice(from, found.start) + found.mask
    from = found.end
  }
  return from === 0 ? { text, values } : { text: masked + text.slice(from), values }
}

/** Says whether a name that ends here may be a secret one, or `headers`, as long as no names were added. */
export function endsLikeSecret(text: string, end: number): boolean {
  return ENDS.has((text.charCodeAt(end - 2) << 8) | text.charCodeAt(end - 1))
}

/** What stands between the quote before it and `end`, as far as a name may be long. */
export function nameBefore(text: string, end: number): string {
  let start = end
  const least = Math.max(0, end - LONGEST_NAME - 1)
  while (start > least && text.charCodeAt(start - 1) !== 34) start--
  return text.slice(start, end)
}

interface Found {
  readonly start: number
  readonly end: number
  readonly mask: string
}

/** `level`: how many backslashes stand before a quote, 0 outside of a text. */
function maskValue(text: string, after: number, level: number, name: string, values: string[]): Found | null {
  let start = after
  while (isBlank(text.charCodeAt(start)) || isEscapedBlank(text, start, level)) start += text[start] === '\\' ? 2 : 1
  const slashes = '\\'.repeat(level)
  const censored = `${slashes}"${CENSOR}${slashes}"`
  if (quoteAt(text, start, level)) {
    const open = start + level + 1
    const end = endOfText(text, open, level)
    if (name === 'headers' || end === open || text.startsWith(CENSOR, open)) return null
    noteValue(text.slice(open, end), level, values)
    return { start: open, end, mask: CENSOR }
  }
  const first = text[start] ?? ''
  if (/[-\d]/.test(first)) {
    return name === 'headers' ? null : { start, end: endOfValue(text, start, level), mask: censored }
  }
  if (first !== '{' && first !== '[') return null
  const end = endOfValue(text, start, level)
  const mask = maskObject(text.slice(start, end), level, name, values)
  return mask === null ? null : { start, end, mask: mask === '' ? censored : mask }
}

/** The object with its texts masked; null when it may stay, empty when it cannot be read. */
function maskObject(json: string, level: number, name: string, values: string[]): string | null {
  try {
    const value: unknown = parseJson(level === 0 ? json : (parseJson(`"${json}"`) as string))
    if (name !== 'headers' && isSchema(value)) return null
    const take = (one: string): void => noteValue(one, -1, values)
    const censored = toJson(name === 'headers' ? censorHeaders(value, take) : censorAll(value, take))
    return level === 0 ? censored : toJson(censored).slice(1, -1)
  } catch {
    return '' // cut, quoted twice, or nested too deep
  }
}

/** `level` of -1: not written as JSON. */
function noteValue(written: string, level: number, values: string[]): void {
  if (written.length < MIN_VALUE_CHARS) return
  values.push(written)
  if (level < 0 || !written.includes('\\')) return
  try {
    values.push(parseJson(`"${written}"`) as string)
  } catch {
    // cut within an escape
  }
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9
}

/** `\n` between name and value of JSON that is quoted in a text. */
function isEscapedBlank(text: string, at: number, level: number): boolean {
  return level > 0 && text.charCodeAt(at) === BACKSLASH && /[nrt]/.test(text[at + 1] ?? '')
}
