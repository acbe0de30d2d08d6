// Symptom: user, tags and metadata of the process lay in `lane.json` in clear although NEATLOGS_REDACT, or the program's own function, took
// them from every record; a key in NEATLOGS_METADATA too.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { protectLane, withoutFacts } from '../../../src/content/protect-lane.ts'
import { LANE } from '../../unit/decode/input.ts'
import { runNode } from '../run.ts'

const AWAY = { NEATLOGS_API_KEY: 'k', NEATLOGS_ENDPOINT: 'http://127.0.0.1:9', NEATLOGS_EXIT_TIMEOUT_MS: '0' }
const FACTS = {
  NEATLOGS_USER_ID: 'alice@example.com',
  NEATLOGS_TAGS: 'bob@example.com,blue',
  NEATLOGS_METADATA: JSON.stringify({
    mail: 'carol@example.com',
    api_key: 'sk-METAKEY0123456789',
    note: 'SSN-078-05',
    plan: 'pro',
  }),
}
const PRIVATE = /alice@|bob@|carol@|METAKEY|SSN-078/g

function bytesOf(dir: string): string {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name))
  return files.flatMap((file) => (statSync(file).isFile() ? [readFileSync(file, 'latin1')] : [])).join('\n')
}

test('a rule, on disk and in the record', async () => {
  const env = { ...FACTS, NEATLOGS_REDACT: 'email,metadata.note' }
  const kept = await runNode({ app: 'chat.mjs', env: { ...env, ...AWAY } })
  expect(bytesOf(kept.dir)).toContain('"plan":"pro"')
  expect(bytesOf(kept.dir).match(PRIVATE)).toBeNull()
  const run = await runNode({ app: 'chat.mjs', env })
  expect(run.records).toMatchObject([
    { tags: ['[Redacted]', 'blue'], user_id: '[Redacted]', metadata: { plan: 'pro' } },
  ])
  expect(bytesOf(run.dir).match(PRIVATE)).toBeNull()
})

describe('the facts of a lane', () => {
  const info = {
    ...LANE,
    userId: 'alice',
    tags: ['bob', 'alice'],
    metadata: { a: { b: 'carol' }, card: '4111 1111 1111 1111', token: 'x' },
  }
  test.each([
    [['user_id'], { userId: '[Redacted]', tags: ['bob', '[Redacted]'], metadata: info.metadata }],
    [
      ['tags', 'metadata.a'],
      { userId: '[Redacted]', tags: ['[Redacted]'], metadata: { ...info.metadata, a: '[Redacted]' } },
    ],
    [['metadata.a.b.c'], { metadata: { ...info.metadata, a: { b: '[Redacted]' } } }],
    [['card'], { metadata: { ...info.metadata, card: '[Redacted]' } }],
    [['*'], { userId: '[Redacted]', tags: ['[Redacted]'], metadata: { redacted: '[Redacted]' } }],
    [['a['], { userId: null, tags: [], metadata: {} }],
  ])('%j', (rules, expected) => {
    expect(protectLane(info, rules)).toMatchObject(expected)
  })

  test('secrets go without any rule, and a function leaves nothing there', () => {
    const withKey = {
      ...info,
      userId: 'Bearer abcdefghij',
      metadata: { clientSecret: 'abc', deep: [{ 'X-Api-Key': 'abc' }] },
    }
    expect(protectLane(withKey, [])).toMatchObject({
      userId: 'Bearer [Redacted]',
      metadata: { clientSecret: '[Redacted]', deep: [{ 'X-Api-Key': '[Redacted]' }] },
    })
    expect(withoutFacts(info)).toMatchObject({ userId: null, tags: [], metadata: {}, service: 'my-app' })
  })
})
