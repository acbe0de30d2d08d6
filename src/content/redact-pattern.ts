// The named patterns of `NEATLOGS_REDACT`: email, phone, card, iban, ip, key. In: a text. Out: the ranges of what they find. All are
// linear in the text's length, however it is made. Worker thread.
import type { PATTERN_NAMES } from '../options/redact-rules.ts'
import { findAll, findSecrets, type Range } from '../secrets/shapes.ts'
import { findAddresses, findIbans } from './redact-numbers.ts'

export type Finder = (text: string) => readonly Range[]

const NAMED: { readonly [name in (typeof PATTERN_NAMES)[number]]: Finder } = {
  email: findEmails,
  phone: findPhones,
  card: findCards,
  iban: findIbans,
  ip: findAddresses,
  key: findSecrets,
}
export const PATTERNS: ReadonlyMap<string, Finder> = new Map(Object.entries(NAMED))

/** Longest local part and domain (RFC 5321). */
const MAX_LOCAL_CHARS = 64
const MAX_DOMAIN_CHARS = 255
const LOCAL = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u
const DOMAIN = /[\p{L}\p{N}.-]/u
const TOP_LEVEL = /\.(?:\p{L}{2,}|xn--[a-z0-9-]+)$/iu

/** Looks around each `@`: an expression that begins with the local part would be quadratic on long words. */
function findEmails(text: string): Range[] {
  const ranges: Range[] = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at
    while (start > 0 && at - start < MAX_LOCAL_CHARS && LOCAL.test(text[start - 1] as string)) start--
    let end = at + 1
    while (end < text.length && end - at <= MAX_DOMAIN_CHARS && DOMAIN.test(text[end] as string)) end++
    while (end > at && /[.-]/.test(text[end - 1] as string)) end--
    if (start < at && TOP_LEVEL.test(text.slice(at + 1, end))) ranges.push([start, end])
  }
  return ranges
}

const MIN_PHONE_DIGITS = 7
const PHONES: readonly RegExp[] = [
  // +49 (0)30 123-456, 0049 30 123456
  /(?<!\w)(?:\+|00)[1-9](?:[ ().\-/\u00a0]{0,2}\d){6,14}(?!\d)/dg,
  // (415) 555-2671, 415.555.2671, 4155552671, 1-415-555-2671
  /(?<!\w)(?:1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]{0,2}\d{3}[ .-]?\d{4}(?!\w)/dg,
  // 030 1234567, 06 12 34 56 78, (0171) 1234567
  /(?<!\w)\(?0\d{1,4}\)?(?:[ .\-/]{1,2}\d{2,8}){1,5}(?!\w)/dg,
  /(?<!\w)0\d{8,10}(?!\w)/dg,
]

function findPhones(text: string): Range[] {
  return findAll(text, PHONES).filter(([start, end]) => {
    const digits = text.slice(start, end).replace(/\D/g, '').length
    return text[start] === '0' || text[start] === '(' ? digits >= 9 : digits >= MIN_PHONE_DIGITS
  })
}

const DIGIT_RUNS = /(?<!\d)\d(?:[ -]?\d){12,127}(?!\d)/dg
const MIN_CARD_DIGITS = 13
const MAX_CARD_DIGITS = 19

/** Groups of digits whose number is a card's by length, first digit and Luhn; other numbers may stand beside it. */
function findCards(text: string): Range[] {
  const ranges: Range[] = []
  for (const [start, end] of findAll(text, [DIGIT_RUNS])) {
    const groups = [...text.slice(start, end).matchAll(/\d+/g)].map(({ 0: digits, index }) => ({
      digits,
      at: start + index,
    }))
    for (let first = 0; first < groups.length; first++) {
      let digits = ''
      for (let last = first; last < groups.length && digits.length <= MAX_CARD_DIGITS; last++) {
        const group = groups[last] as { digits: string; at: number }
        digits += group.digits
        if (isCard(digits)) ranges.push([(groups[first] as { at: number }).at, group.at + group.digits.length])
      }
    }
  }
  return ranges
}

function isCard(digits: string): boolean {
  if (digits.length < MIN_CARD_DIGITS || digits.length > MAX_CARD_DIGITS || !/^[2-6]/.test(digits)) return false
  let sum = 0
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48
    const doubled = at % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
