// A name that a server, a file or a variable gives is never looked up in an object literal: `constructor` and `toString` are found in each.
// `Map`, `Object.hasOwn` or an object without a prototype. Reads every file of src as text.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PATTERNS } from '../../src/content/redact-pattern.ts'
import { decodeCall } from '../../src/decode/decode.ts'
import { describeRequest } from '../../src/openai/request.ts'
import { inputOf, SSE_HEADERS } from './decode/input.ts'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))
/** Looked up by names of our own only. */
const OWN_NAMES = ['WRAPS', 'READERS', 'NETWORK', 'SCHEMA_URLS']
const TABLE = /const ([A-Za-z_]+): (?:Readonly<)?\{\s*readonly \[\w+: (?:string|number)\]:[\s\S]*?\}>? = \{/g
const DRAFT = /const (\w+): \{ \[\w+: string\]: [^=]*? \} = \{\}/g

function slipsOf(text: string): string[] {
  const names = [...text.matchAll(TABLE), ...text.matchAll(DRAFT)].map(([, name = '']) => name)
  return names.filter((name) => {
    if (OWN_NAMES.includes(name)) return false
    const reads = text.match(new RegExp(`\\b${name}\\[[^\\]'"]+\\](?!\\s*=[^=])`, 'g')) ?? []
    return reads.length > 0 && !text.includes(`hasOwn(${name},`)
  })
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))

test('no table is read by a foreign name', () => {
  const slips = files.flatMap((file) =>
    slipsOf(readFileSync(join(SRC, file), 'utf8')).map((name) => `${file}: ${name}`),
  )
  expect(slips).toEqual([])
})

test('a slip would be found', () => {
  expect(slipsOf('const WORDS: { readonly [name: string]: string } = { a: "b" }\nreturn WORDS[name]')).toEqual([
    'WORDS',
  ])
  expect(slipsOf('const fields: { [name: string]: unknown } = {}\nconst known = fields[name]')).toEqual(['fields'])
  expect(slipsOf('const fields: { [name: string]: unknown } = {}\nfields[name] = 1')).toEqual([])
})

const NAMES = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']

test.each(NAMES)('%s as the name of an event, a field, a form, a rule', (name) => {
  const events = [
    { type: `${name}.delta`, delta: 'x', output_index: 0 },
    { type: 'response.completed', response: { id: 'r', object: 'response', output: [] } },
    { [name]: 1, choices: [{ index: 0, delta: { [name]: 'a' } }] },
  ]
  for (const list of [events, events.slice(0, 2), events.slice(2)]) {
    const answer = list.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
    const record = decodeCall(inputOf({ answer, close: { headers: SSE_HEADERS } }))
    expect(record.response.body).not.toBeNull()
    expect(record.truncated).not.toContain('/response/body')
  }
  const body = new FormData()
  body.append(name, 'one')
  body.append(name, 'two')
  expect(describeRequest('u', { body }).body).toBe(`{"${name}":["one","two"]}`)
  expect(PATTERNS.get(name)).toBeUndefined()
  const audio = decodeCall(
    inputOf({ request: { messages: [{ content: [{ input_audio: { data: 'QUJD', format: name } }] }] } }),
  )
  expect(JSON.stringify(audio.request.body)).not.toContain('native code')
})
