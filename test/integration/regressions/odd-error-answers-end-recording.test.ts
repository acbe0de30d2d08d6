// Symptom: twenty error answers with `error.code: {"toString": 1}` switched recording off for the rest of the process, and each of them was
// recorded as `incomplete`.
import { expect, test } from 'vitest'
import { describeError } from '../../../src/openai/call-error.ts'
import { toText } from '../../../src/safe-text.ts'
import { runNode } from '../run.ts'

const ODD: readonly unknown[] = [
  { toString: 1 },
  { toString: { a: 1 }, valueOf: null },
  { toJSON: 1, [Symbol.toPrimitive]: 1 },
  Object.create(null),
  [Object.create(null)],
  Symbol('x'),
  1n,
  Object.assign([], { toString: 1 }),
  {
    get a(): string {
      throw new Error('no')
    },
  },
  'x'.repeat(1_000_000),
]

test.each(ODD.map((value, index) => [index, value]))('a server’s value %i becomes a text', (_, value) => {
  const text = toText(value)
  expect(typeof text).toBe('string')
  expect(text.length).toBeLessThanOrEqual(1024)
  const error = Object.assign(new Error('m'), { status: 400, code: value, param: value })
  expect(describeError(error, {})).toMatchObject({
    type: 'Error',
    message: 'm',
    status: 400,
    code: expect.any(String),
    param: expect.any(String),
  })
  expect(describeError(value, {}).message).toEqual(expect.any(String))
})

test('values that throw when they are looked at: thrown, answered, asked with', async () => {
  const run = await runNode({ app: 'odd-values.mjs' })
  expect(run.stdout).toBe('done\n')
  expect(run.records.filter(({ request }) => request.model === 'plain').map(({ status }) => status)).toEqual(
    Array(10).fill('ok'),
  )
  expect(run.records.filter(({ request }) => request.model === 'thrown')).toHaveLength(50)
  expect(run.stderr).not.toContain('failed beside a call')
})
