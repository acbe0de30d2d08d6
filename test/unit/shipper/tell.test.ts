// What is said of a destination that takes nothing fits its answer: a key, a quota, a path, a page, a server that is busy or down.
import { expect, test } from 'vitest'
import type { HttpResult } from '../../../src/destinations/http-answer.ts'
import { outcomeOfJson } from '../../../src/destinations/outcome.ts'
import { failureWords, refusalWords } from '../../../src/shipper/tell.ts'

const answer = (status: number, body = ''): HttpResult => ({
  kind: 'answer',
  status,
  body: Buffer.from(body),
  retryAfterMs: null,
  location: null,
})
const MENDED = 'does not take our records until somebody mends it'

test.each<readonly [name: string, result: HttpResult, words: string, reason: RegExp]>([
  ['a refused key', answer(401), MENDED, /^key refused, HTTP 401/],
  ['an unpaid account', answer(402), MENDED, /^the account is out of quota or unpaid, HTTP 402/],
  ['a path nobody serves', answer(404), MENDED, /^nobody serves this path, correct the endpoint, HTTP 404/],
  [
    'a page',
    answer(200, '<html>Sign in</html>'),
    MENDED,
    /^the answer is not one of this protocol, correct the endpoint/,
  ],
  ['a busy server', answer(503), 'takes no records now', /^HTTP 503/],
  ['a server that is down', { kind: 'failure', reason: 'ECONNREFUSED' } as HttpResult, 'cannot be reached', /ECONNREF/],
])('%s', (_, result, words, reason) => {
  const outcome = outcomeOfJson(result, [])
  if (outcome.kind !== 'pause' && outcome.kind !== 'retry') throw new Error(`is ${outcome.kind}`)
  expect(failureWords(outcome)).toBe(words)
  expect(outcome.reason).toMatch(reason)
})

test.each([
  [400, 'otlp_rejected_400', 'otlp refused records (400)'],
  [null, 'otlp_rejected_unencodable', 'otlp cannot be given records: they cannot be encoded'],
] as const)('what is refused with %s has a code and words of its own', (status, code, words) => {
  expect(refusalWords('otlp', status)).toEqual({ code, words })
})
