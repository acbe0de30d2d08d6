// A certificate authority of our own, a server certificate (localhost, 127.0.0.1, collector.test) and a client's, by openssl.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeTemp } from '../run.ts'

export interface Certificates {
  /** Where the files are: ca.pem, key.pem, cert.pem, client-key.pem, client.pem. */
  readonly folder: string
  readonly ca: string
  readonly key: string
  readonly cert: string
}

/** Makes them anew in a folder in tmp; takes some tens of milliseconds. */
export function makeCertificates(): Certificates {
  const folder = makeTemp('tls')
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  }
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl(
    'req',
    '-x509',
    ...curve,
    '-keyout',
    'ca-key.pem',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=neatlogs test',
    '-days',
    '2',
  )
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost,DNS:collector.test,IP:127.0.0.1')
  for (const [key, out, name] of [
    ['key.pem', 'cert.pem', 'server'],
    ['client-key.pem', 'client.pem', 'client'],
  ] as const) {
    openssl('req', ...curve, '-keyout', key, '-out', 'request.pem', '-subj', `/CN=${name}`)
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-extfile', 'names']
    openssl('x509', '-req', '-in', 'request.pem', ...signer, '-out', out, '-days', '2')
  }
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  return { folder, ca: read('ca.pem'), key: read('key.pem'), cert: read('cert.pem') }
}
