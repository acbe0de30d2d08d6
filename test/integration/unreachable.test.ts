// A server that cannot be spoken to: the record names the cause that the program finds at the end of its error's chain.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectSame } from './compare.ts'
import { makeTemp, PATIENT, runTwice } from './run.ts'

const VERSIONS = ['4.104.0', '5.23.2@22', '6.49.0', '6.49.0@24', '7.59.0@26']
const EXPECTED: readonly (readonly [name: string, code: RegExp])[] = [
  ['name', /^(?:ENOTFOUND|EAI_AGAIN)$/],
  ['closed', /^ECONNREFUSED$/],
  ['hangs up', /^(?:ECONNRESET|UND_ERR_SOCKET)$/],
  ['self-signed', /^DEPTH_ZERO_SELF_SIGNED_CERT$/],
  ['expired', /^CERT_HAS_EXPIRED$/],
  ['other-name', /^ERR_TLS_CERT_ALTNAME_INVALID$/],
  ['silent', /^ETIMEDOUT$/],
]

test.each(VERSIONS)('openai %s', async (version) => {
  const [openai = '', node = '20'] = version.split('@')
  const folder = makeCertificates()
  const env = { ...PATIENT, CERTIFICATES: folder, NODE_EXTRA_CA_CERTS: join(folder, 'trusted.pem') }
  const { bare, hooked } = await runTwice({ app: 'unreachable.mjs', openai, node, env })
  expectSame(bare, hooked)
  const told = hooked.stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').slice(-2))
  expect(hooked.records).toHaveLength(EXPECTED.length)
  for (const [index, [name, code]] of EXPECTED.entries()) {
    const [type, found] = told[index] ?? []
    const { status, http_status, error, attempts } = hooked.records[index] ?? {}
    expect([name, status, http_status, error?.type]).toEqual([name, 'error', null, type])
    expect(error?.code, name).toMatch(code)
    // What the program does not find in its error is known of the attempt.
    if (found !== 'none') expect(error?.code).toBe(found)
    expect(
      attempts?.map((attempt) => attempt.error),
      name,
    ).toEqual([expect.stringContaining(String(error?.code))])
  }
})

let made: string | undefined

/** One that signed itself, and two that the program trusts: out of date, and of another server. */
function makeCertificates(): string {
  if (made !== undefined) return made
  const folder = makeTemp('certificates')
  const openssl = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const make = (name: string, host: string, days: string): void => {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}-key.pem`]
    openssl('req', '-new', ...curve, '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-out', 'ask.pem')
    const self = ['-signkey', `${name}-key.pem`, '-copy_extensions', 'copy']
    openssl('x509', '-req', '-in', 'ask.pem', ...self, '-days', days, '-out', `${name}.pem`)
  }
  make('self-signed', 'localhost', '2')
  make('expired', 'localhost', '-1')
  make('other-name', 'elsewhere.test', '2')
  const trusted = ['expired', 'other-name'].map((name) => openssl('x509', '-in', `${name}.pem`))
  writeFileSync(join(folder, 'trusted.pem'), Buffer.concat(trusted))
  made = folder
  return folder
}
