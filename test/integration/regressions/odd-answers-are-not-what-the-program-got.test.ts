// Answers with status 200 that are not what was asked for: a stream of which nothing came was `ok` when it was a page or half a JSON and
// `incomplete` when it was empty; one without a body was `incomplete` though the program got an error.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { PATIENT, type RecordLine, runTwice } from '../run.ts'

/** What the program got without an error although nothing of it is an answer. */
const INCOMPLETE =
  /^(?:broken JSON|broken JSON as .*|broken JSON untyped|empty \w+|only \w+|a page|a page as JSON|a sentence|null as JSON) \| .*streamed$/
/** The server's own words say that it is none. */
const ERROR = /^(?:an error as JSON|broken event|broken event, unended) \| /
/** Events in the place of one JSON text: the program has their text. */
const AS_TEXT = /^(?:broken JSON as events|only \w+) \| plain$/

test.each(['4.104.0', '5.23.2@26', '6.49.0@24', '7.0.0@22', '7.59.0@26'])(
  'the record says how the program fared, openai %s',
  async (version) => {
    const [openai = '', node = '20'] = version.split('@')
    const { bare, hooked } = await runTwice({ app: 'odd-answers.mjs', openai, node, env: PATIENT })
    expectSame(bare, hooked)
    const told = hooked.stdout.trimEnd().split(/\n(?=[a-z][^\n]* \| )/i)
    expect(told.length).toBe(92)
    expect(hooked.records).toHaveLength(told.length)
    expect(told.map((line, index) => `${nameOf(line)}: ${hooked.records[index]?.status}`)).toEqual(
      told.map((line) => `${nameOf(line)}: ${statusOf(line)}`),
    )
    for (const [index, line] of told.entries()) expectCount(hooked.records[index], nameOf(line))
  },
)

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(': '))
}

function statusOf(line: string): string {
  const name = nameOf(line)
  if (line.startsWith(`${name}: threw`) || ERROR.test(name)) return 'error'
  return INCOMPLETE.test(name) || AS_TEXT.test(name) ? 'incomplete' : 'ok'
}

/** A stream that brought nothing has no chunks; what came instead of it is kept. */
function expectCount(record: RecordLine | undefined, name: string): void {
  if (!name.endsWith('streamed')) return
  expect(record?.stream, name).toBe(true)
  expect(record?.chunk_count, name).toBe(/^a stream/.test(name) ? 2 : name.startsWith('broken event |') ? 1 : 0)
  if (name.startsWith('a page')) expect(record?.response.body).toMatch(/Sign in/)
}
