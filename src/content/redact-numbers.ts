// Named patterns whose finds are checked: bank accounts (`iban`, by length and check digits) and addresses (`ip`, v4 and v6). In: a text. Out:
// ranges. Linear: each candidate is bounded. Worker thread.
import { findAll, type Range } from '../secrets/shapes.ts'

/** Lengths by country (ISO 13616 registry, release 99). */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 ' +
    'GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 ' +
    'MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 ' +
    'UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)
const COUNTRY = /(?<![A-Za-z0-9])[A-Za-z]{2}[ \u00a0-]?\d(?=[ \u00a0-]?\d)/dg
const BLANK = /[ \u00a0\u202f.-]/
const LETTER = /[A-Za-z0-9]/

/** `DE89 3704 0044 0532 0130 00`, with or without blanks, of any case. */
export function findIbans(text: string): Range[] {
  return findAll(text, [COUNTRY]).flatMap(([start]): Range[] => {
    const length = LENGTHS.get(text.slice(start, start + 2).toUpperCase())
    const end = length === undefined ? null : endOfAccount(text, start, length)
    return end === null ? [] : [[start, end]]
  })
}

function endOfAccount(text: string, start: number, length: number): number | null {
  let account = ''
  let at = start
  for (; account.length < length; at++) {
    const character = text[at] ?? ''
    if (LETTER.test(character)) account += character.toUpperCase()
    else if (!BLANK.test(character) || BLANK.test(text[at - 1] ?? '')) return null
  }
  return LETTER.test(text[at] ?? '') || !hasCheckDigits(account) ? null : at
}

/** ISO 7064, mod 97-10: the first four characters behind the others, letters as numbers. */
function hasCheckDigits(account: string): boolean {
  let rest = 0
  for (const character of account.slice(4) + account.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const V4 = new RegExp(`(?<![\\w.])(?:${OCTET}\\.){3}${OCTET}(?![\\w]|\\.\\d)`, 'dg')
const V6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4})?(?![\w:]|\.\d)/dgi

/** Addresses of the Internet Protocol. `a::b` without a digit is a name of C++. */
export function findAddresses(text: string): Range[] {
  const sixes = findAll(text, [V6]).filter(([start, end]) => {
    const address = text.slice(start, end)
    return /\d/.test(address) && URL.canParse(`http://[${address}]/`)
  })
  return [...findAll(text, [V4]), ...sixes]
}
