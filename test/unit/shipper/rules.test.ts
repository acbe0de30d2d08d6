// A lane's rules hold whoever delivers it: names that its program called secret, too; rules that cannot be read close.
import { expect, test } from 'vitest'
import { openDiagnostics } from '../../../src/diagnostics.ts'
import { setSecretNames } from '../../../src/secrets/names.ts'
import { openDecoder } from '../../../src/shipper/decoder.ts'
import { rulesOf } from '../../../src/shipper/rules.ts'
import { CLOSE, inputOf, LANE } from '../decode/input.ts'

const RULES = {
  captureContent: true,
  otlpContent: false,
  redact: [],
  maxBodyBytes: 4096,
  sampleRate: 1,
  resource: [],
  valueLengthLimit: null,
}

test('secret names of another program’s lane', async () => {
  const decode = await openDecoder((record) => record, openDiagnostics('silent', 'shipper'))
  const answer = { choices: [{ message: { content: 'x', tenant_pin: '4711-4711' } }] }
  const { open, request, answer: bytes } = inputOf({ request: { model: 'm' }, answer })
  const call = { open, request, close: CLOSE, answer: bytes } as Parameters<typeof decode>[0]
  try {
    expect(JSON.stringify(decode(call, LANE))).toContain('4711-4711')
    const record = decode(call, { ...LANE, rules: { ...RULES, secretNames: ['Tenant-Pin'] } })
    expect(JSON.stringify(record)).not.toContain('4711-4711')
  } finally {
    setSecretNames([])
  }
})

test('rules that are there and cannot be read: nothing private', () => {
  const read = (redact: unknown) => rulesOf({ rules: { ...RULES, redact } as never })
  expect(read(['email'])).toMatchObject({ captureContent: true, redact: ['email'] })
  for (const odd of ['email', [1], { 0: 'email' }, 7, null]) expect(read(odd)).toMatchObject({ captureContent: false })
  expect(rulesOf({ rules: { ...RULES, secretNames: 'x' } as never })).not.toHaveProperty('secretNames')
})
