// Credentials in URLs: user info, secret parameters, whole or in a text. Leaf of the house: any thread.
import { isSecretQuery } from './names.ts'
import { CENSOR, findAll, maskRanges, type Range } from './shapes.ts'

/** `user:pa/ss@host`: what does not parse is cut at the last `@` before the query. */
const USER_INFO = /^([a-z][a-z0-9+.-]*:\/+|\/+)?[^?#]*@/i
const IN_TEXT: readonly RegExp[] = [
  /(?<=:\/\/)(?!…@)(?<value>[^\s/@"'<>?#]{1,512}(?:[@/][^\s/@"'<>?#]{1,512}){0,3})@(?=[\w[])/dg,
]
const PARAMETER = /[?&]([\w.-]{1,64})=([^&#\s"'<>\\)]+)/dg
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

function maskParameters(text: string): string {
  if (!text.includes('=')) return text
  const ranges: Range[] = []
  PARAMETER.lastIndex = 0
  for (let match = PARAMETER.exec(text); match !== null; match = PARAMETER.exec(text)) {
    const range = match.indices?.[2]
    if (range !== undefined && isSecretQuery(match[1] ?? '')) ranges.push(range)
  }
  return maskRanges(text, ranges)
}
