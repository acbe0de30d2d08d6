// A text that is found clean as bytes has nothing in it that would be hidden in its characters, whatever stands in it.
import { expect, test } from 'vitest'
import type { Json } from '../../../src/record.ts'
import { lookThrough } from '../../../src/secrets/bytes.ts'
import { scrubJson } from '../../../src/secrets/json.ts'
import { setSecretNames } from '../../../src/secrets/names.ts'
import { pickerOf, randomOf } from '../decode/odd-streams.ts'

const random = randomOf(4141)
const pick = pickerOf(random)

const NAMES = [
  ...[
    'api_key',
    'password',
    'pass word',
    'pass\nword',
    'password_',
    'PassWord',
    'x-api-key',
    'secret\t',
    'headers',
    'authorization',
  ],
  ...[
    'content',
    'role',
    'key',
    'token',
    'passwor\nd',
    'a"password',
    'password"',
    'pass\\word',
    'password\\',
    '__proto__',
    'ключ',
    'user-id',
  ],
]
const BITS = [
  ...[
    '"',
    ':',
    ' ',
    '\n',
    '\\',
    '=',
    '?',
    '&',
    '@',
    '/',
    '://',
    '":',
    '" :',
    'a',
    'key',
    'token',
    'sig',
    'é',
    '東',
    '{',
    '}',
    ',',
    '1',
    '[',
    ']',
  ],
  ...NAMES,
  ...[
    '"password":"',
    '"api_key" : "',
    '\\"secret\\":\\"',
    'http://u:p@h/',
    '?token=',
    '&sig=',
    '?api_key=abc',
    'x=1',
    '\ud83d\ude42',
    '\u0001',
    '-5',
  ],
]
const text = (): string => Array.from({ length: Math.floor(random() * 14) }, () => pick(BITS)).join('')
/** JSON within JSON, to any depth. */
const quoted = (): string => {
  let json = JSON.stringify({ [pick(NAMES)]: pick([text(), 'hunter2222', 5, { a: text() }, [text()]]) })
  for (let depth = Math.floor(random() * 3); depth > 0; depth--)
    json = JSON.stringify(pick([{ a: json }, json, [json]]))
  return json
}
const value = (depth: number): unknown => {
  const way = random()
  if (way < 0.5 || depth > 3) return pick([text, quoted, () => 1e21, () => null])()
  if (way < 0.7) return Array.from({ length: 3 }, () => value(depth + 1))
  const name = random() < 0.1 ? pick(NAMES) : pick(['content', 'role', 'a', text()])
  return Object.fromEntries([[name, value(depth + 1)]])
}
const spaced = (json: string): string =>
  pick([json, json, json.replaceAll('":', '" :'), json.replaceAll('":', '"\n :'), json.replaceAll('/', '\\/')])

test('what is clean as bytes is clean as text', () => {
  const seen = { clean: 0, same: 0, differs: 0 }
  for (let round = 0; round < 40_000; round++) {
    const json = spaced(JSON.stringify({ a: value(0) }, null, pick([0, 0, 1])))
    const bytes = Buffer.from(json)
    const found = lookThrough(bytes.toString('latin1'), bytes)
    seen[found]++
    if (found !== 'clean') continue
    let parsed: Json
    try {
      parsed = JSON.parse(json) as Json
    } catch {
      continue // blanks within a text
    }
    if (scrubJson(parsed, false) !== parsed) throw new Error(`not clean: ${json}`)
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(2000)
})

test('names that were added count as the others do', () => {
  const look = (json: string) => lookThrough(json, Buffer.from(json))
  const texts = ['{"x":"{\\"kundennummer\\":\\"12345678\\"}"}', '{"kunden-nummer":"12345678"}']
  expect(texts.map(look)).toEqual(['clean', 'clean'])
  setSecretNames(['Kundennummer'])
  expect(texts.map(look)).toEqual(['same', 'same'])
  setSecretNames([])
})

test.each([
  ['{"a":"\\u0061"}', 'differs'],
  ['{"ключ":"a"}', 'differs'],
  ['{"a":"é http://a@b"}', 'differs'],
  ['{"a":"é http:\\/\\/a@b"}', 'differs'],
  ['{"a":"é a\\/b me@c.de"}', 'clean'],
  ['{"a":"http://a@b"}', 'same'],
  ['{"a":"http:\\/\\/a@b"}', 'same'],
  ['{"pass\\nword":"x"}', 'same'],
  ['{"a":"?key=1"}', 'same'],
  ['{"a":"const key = 1, b=2","content":"{\\"total\\": 5}"}', 'clean'],
])('%s: %s', (json, expected) => {
  const bytes = Buffer.from(json)
  expect(lookThrough(bytes.toString('latin1'), bytes)).toBe(expected)
})
