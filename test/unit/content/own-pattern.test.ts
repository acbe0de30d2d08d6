import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openScan } from '../../../src/content/own-pattern-scan.ts'
import { findAddresses, findIbans } from '../../../src/content/redact-numbers.ts'
import { badRules, splitRules } from '../../../src/options/redact-rules.ts'
import { maskRanges } from '../../../src/secrets/shapes.ts'

const mask = (rule: string, text: string): string =>
  maskRanges(text, openScan(rule)(text)).replaceAll('[Redacted]', '#')

/** Every character that V8 finds in a match, by trying each piece of the text. */
function coveredByV8(source: string, flags: string, text: string): boolean[] {
  const covered = Array.from(text, () => false)
  for (let start = 0; start < text.length; start++) {
    for (let end = start + 1; end <= text.length; end++) {
      const around = `(?<=(?<![\\s\\S])[\\s\\S]{${start}})(?:${source})(?=[\\s\\S]{${text.length - end}}(?![\\s\\S]))`
      if (new RegExp(around, flags).test(text)) covered.fill(true, start, end)
    }
  }
  return covered
}

function coveredByUs(rule: string, text: string): boolean[] {
  const covered = Array.from(text, () => false)
  for (const [start, end] of openScan(rule)(text)) covered.fill(true, start, end)
  return covered
}

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '\\n', '\\-', 'é')
const edge = fc.constantFrom('^', '$', '\\b', '\\B')
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc
    .array(
      fc.array(tie('part'), { maxLength: 3 }).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 2 },
    )
    .map((ways) => ways.join('|')),
  part: fc.oneof(
    { depthSize: 'small' },
    atom,
    edge,
    fc
      .tuple(atom, fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,1}', '{2,}', '*?', '+?'))
      .map((two) => two.join('')),
    fc.tuple(tie('pattern'), fc.constantFrom('', '*', '+', '?', '{2}')).map(([inner, count]) => `(${inner})${count}`),
    tie('pattern').map((inner) => `(?:${inner})`),
  ),
}))
const words = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', ' ', '\n', '-', 'é'), maxLength: 6 })

test('finds every character that lies in any match, as V8 does', () => {
  fc.assert(
    fc.property(pattern, fc.constantFrom('', 'i', 'm', 's', 'im'), words, (source, flags, text) => {
      const rule = `/${source}/${flags}`
      fc.pre(badRules([rule]).length === 0)
      expect(coveredByUs(rule, text)).toEqual(coveredByV8(source, flags, text))
    }),
    { numRuns: 1000, seed: 16 },
  )
})

test.each([
  ['/EMP-\\d{6}/i', 'emp-123456, EMP-12345', '#, EMP-12345'],
  ['/\\b\\d{3}-\\d{2}-\\d{4}\\b/', 'ssn 123-45-6789; 1123-45-6789', 'ssn #; 1123-45-6789'],
  ['/(?:Mr|Mrs)\\. [A-Z]\\w+/g', 'dear Mrs. Smith and Mr. Jones', 'dear # and #'],
  ['/(?<id>[\\w.]+)@corp/', 'a.b@corp', '#'],
  ['/\\p{Lu}\\p{Ll}+/u', 'ein Übel und Ärger', 'ein # und #'],
  ['/😀+/u', 'a😀😀b', 'a#b'],
  ['/[😀😁]x/', '😁x😀', '#😀'],
  ['/./s', '😀\n', '#'],
  ['/^key: .*$/m', 'one\nkey: two\nthree', 'one\n#\nthree'],
  ['/a\\/b|c,d/', 'a/b c,d', '# #'],
  ['/[/,\\]]+/', 'a/,]b', 'a#b'],
  ['/\\x41\\u0042\\u{43}/u', 'ABC', '#'],
  ['/a{0}b/', 'ab', 'a#'],
  ['/x{,3}/', 'x{,3}', '#'],
])('%s in %j', (rule, text, expected) => {
  expect(badRules([rule])).toEqual([])
  expect(mask(rule, text)).toBe(expected)
})

/** Known patterns that take V8 exponential or quadratic time: with them a text of 200,000 characters would never end. */
const EVIL: readonly [rule: string, text: string][] = [
  ['/(a+)+$/', `${'a'.repeat(200_000)}!`],
  ['/(a|aa)+$/', `${'a'.repeat(200_000)}!`],
  ['/(a|a?)+$/', `${'a'.repeat(200_000)}!`],
  ['/(.*a){12}$/', `${'a'.repeat(200_000)}!`],
  ['/^(([a-z])+.)+[A-Z]([a-z])+$/', 'a'.repeat(200_000)],
  ['/\\w+@/', 'w'.repeat(200_000)],
  ['/\\s+$/', `${' '.repeat(200_000)}x`],
  ['/<.*>.*<\\/.*>/', '<'.repeat(200_000)],
  ['/a.*b.*c.*d/', 'abc'.repeat(70_000)],
  ['/.*A|B/', 'B'.repeat(200_000)],
  [
    '/^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$/',
    'a'.repeat(200_000),
  ],
]

test.each(EVIL)('%s is used, and ends', (rule, text) => {
  expect(badRules([rule])).toEqual([])
  expect(openScan(rule)(text).length).toBeLessThanOrEqual(1)
})

test('a text that needs ever new states is looked through all the same', () => {
  let seed = 7
  const next = (): string => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return seed & 0x10000 ? 'a' : 'b'
  }
  const text = Array.from({ length: 30_000 }, next).join('')
  const rule = '/a[ab]{40}c/'
  expect(openScan(rule)(text)).toEqual([])
  expect(openScan(rule)(`${text}a${'ab'.repeat(20)}c`)).toHaveLength(1)
})

describe('rules that are refused', () => {
  test.each([
    '/(/',
    '/a',
    '//',
    '/a/x',
    '/a/v',
    '/a/y',
    '/(?=a)b/',
    '/(?!a)b/',
    '/(?<=a)b/',
    '/(?<!a)b/',
    '/(a)\\1/',
    '/(?<x>a)\\k<x>/',
    '/(?i:a)/',
    '/^$/',
    '/(?:)/',
    '/\\b/',
    '/a{501}/',
    '/(a{30}){30}/',
    '/((a{9}b{9}){9}){9}/',
    '/[z-a]/',
    '/a/ b',
    '/request/body',
    '/*/',
  ])('%s', (rule) => {
    expect(badRules([rule])).toEqual([rule])
  })

  test('what is passed can be read', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab1.[]()|*+?{},^$\\-dwbBxu:<>=!/'), maxLength: 12 }),
        (source) => {
          const rule = `/${source}/`
          if (badRules([rule]).length === 0) openScan(rule)('ab1')
        },
      ),
      { numRuns: 10_000, seed: 16 },
    )
  })
})

test.each([
  ['email, /a,b{1,2}/i ,request.body', ['email', '/a,b{1,2}/i', 'request.body']],
  ['/[,/]x/,/\\/,/g', ['/[,/]x/', '/\\/,/g']],
  ['/a,b', ['/a', 'b']],
  [' , ,', []],
])('the list %j', (text, expected) => {
  expect(splitRules(text)).toEqual(expected)
})

test.each([
  ['pay DE89 3704 0044 0532 0130 00 now', 'pay # now'],
  ['de89370400440532013000', '#'],
  ['GB29-NWBK-6016-1331-9268-19.', '#.'],
  ['NO9386011117947 x', '# x'],
  ['MT84MALT011000012345MTLCAST001S', '#'],
  ['DE88 3704 0044 0532 0130 00', 'DE88 3704 0044 0532 0130 00'],
  ['XX89370400440532013000', 'XX89370400440532013000'],
  ['DE893704004405320130001', 'DE893704004405320130001'],
])('iban: %s', (text, expected) => {
  expect(maskRanges(text, findIbans(text)).replaceAll('[Redacted]', '#')).toBe(expected)
})

test.each([
  ['from 10.0.0.1:8080 to 192.168.255.254.', 'from #:8080 to #.'],
  ['1.2.3 and 1.2.3.4.5 and 256.1.1.1', '1.2.3 and 1.2.3.4.5 and 256.1.1.1'],
  ['[2001:db8::1]:443, fe80::1%eth0, ::1', '[#]:443, #%eth0, #'],
  ['2001:0db8:85a3:0000:0000:8a2e:0370:7334', '#'],
  ['::ffff:192.0.2.128', '#'],
  ['at 12:30:45, aa:bb:cc:dd:ee:ff, a::b, std::vector', 'at 12:30:45, aa:bb:cc:dd:ee:ff, a::b, std::vector'],
])('ip: %s', (text, expected) => {
  expect(maskRanges(text, findAddresses(text)).replaceAll('[Redacted]', '#')).toBe(expected)
})
