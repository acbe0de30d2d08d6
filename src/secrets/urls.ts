// Credentials in URLs: user info, secret parameters, whole or in a text. Leaf of the house: any thread.
import { isSecretQuery } from './names.ts'
import { CENSOR, findAll, maskRanges, type Range } from './shapes.ts'

/** `user:pa/ss@host`: what does not parse is cut at the last `@` before the query. */
const USER_INFO = /^([a-z][a-z0-9+.-]*:\/+|\/+)?[^?#]*@/i
const IN_TEXT: readonly RegExp[] = [
  /(?<=:\/\/)(?!…@)(?<value>[^\s/@"'<>?#]{1,512}(?:[@/][^\s/@"'<>?#]{1,512}){0,3})@(?=[\w[])/dg,
]
/** A parameter's name, before its `=`, and its value, behind it. */
const NAME_BEFORE = /[?&]([\w.-]{1,64})$/
const MOST_NAME = 65
const VALUE_BEHIND = /[^&#\s"'<>\\)]+/y
/** A path may hold `@` (`/ai/run/@cf/meta/llama`), but not behind something: that was a password with a slash in it. */
const IN_PATH = /^[^?#]*\/[^/@?#]+@/

/** Drops the user info of a URL and masks the values of a query that may be credentials. */
export function stripUrl(url: string): string {
  if (!url.includes('@') && !url.includes('?')) return url
  if (!URL.canParse(url)) return url.replace(USER_INFO, '$1').replace(/\?.*$/s, '')
  const parsed = new URL(url)
  parsed.username = ''
  parsed.password = ''
  for (const name of new Set(parsed.searchParams.keys())) {
    if (isSecretQuery(name)) parsed.searchParams.set(name, '[secret]')
  }
  if (IN_PATH.test(parsed.pathname)) return `${parsed.protocol}//${CENSOR}${parsed.pathname.replace(IN_PATH, '@')}`
  return parsed.href
}

/** Masks user info and secret parameters of the URLs in a text. */
export function scrubUrls(text: string): string {
  if (!text.includes('://') && !text.includes('=')) return text
  return maskParameters(text.includes('@') ? maskRanges(text, findAll(text, IN_TEXT)) : text)
}

/** Says whether the name before this `=`, and behind `least`, is that of a secret parameter. */
export function isSecretParameter(text: string, at: number, least = 0): boolean {
  // Most of them stand in code, behind a blank.
  if (!/[\w.-]/.test(text[at - 1] ?? '')) return false
  const name = NAME_BEFORE.exec(text.slice(Math.max(least, at - MOST_NAME), at))?.[1]
  return name !== undefined && isSecretQuery(name)
}

function maskParameters(text: string): string {
  const ranges: Range[] = []
  // From `=` to `=`: an expression that looks for the names would look at every character of a prompt.
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
    if (!isSecretParameter(text, at, ranges.at(-1)?.[1])) continue
    VALUE_BEHIND.lastIndex = at + 1
    if (VALUE_BEHIND.test(text)) ranges.push([at + 1, VALUE_BEHIND.lastIndex])
  }
  return maskRanges(text, ranges)
}
