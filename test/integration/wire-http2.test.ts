// HTTP/2, where a program allows undici to negotiate it: each call once, by either eye.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectSame } from './compare.ts'
import { makeCertificates } from './destinations/certificates.ts'
import { hiddenOpenAI } from './place.ts'
import { PATIENT, runTwice } from './run.ts'

const { folder } = makeCertificates()
const env = { ...PATIENT, KEY: join(folder, 'key.pem'), CERT: join(folder, 'cert.pem') }

test.each([
  ['22', 'wire'],
  ['24', 'wire'],
  ['26', 'wire'],
  ['24', 'patch'],
])('Node %s, by the %s', async (node, by) => {
  const openai = by === 'wire' ? hiddenOpenAI('6.49.0') : '6.49.0'
  const { bare, hooked } = await runTwice({ app: 'http2.mjs', openai, node, env })
  expect(bare.stdout).toBe('Over two.\nOver two.\n400 400 no such model\n2.0,2.0,2.0\n')
  expectSame(bare, hooked)
  expect(hooked.records.map(({ status, seen_by, request_id }) => [status, seen_by, request_id])).toEqual([
    ['ok', by, 'r1'],
    ['ok', by, 'r2'],
    ['error', by, 'r3'],
  ])
  expect(hooked.records.map(({ request }) => request.model)).toEqual(['plain', 'streamed', 'refused'])
  expect(JSON.stringify(hooked.records[1]?.response.body)).toContain('Over two.')
})
