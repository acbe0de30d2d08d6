// Deliver: the PEM files of the OpenTelemetry variables. Worker thread. In: their paths. Out: their texts, one warning for each that
// cannot be used, naming its variable; and whether they have changed since, for certificates that are renewed under a running program.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { printableValue } from '../secrets/printable.ts'
import type { NamedFile, SignalSettings } from './otel-env.ts'

export interface Pems {
  readonly tls: { readonly ca?: string; readonly key?: string; readonly cert?: string }
  readonly warnings: readonly string[]
}

type Files = Pick<SignalSettings, 'certificate' | 'clientKey' | 'clientCertificate'>

/** Reads and checks the files. What cannot be used is left out: the server then says what it misses. */
export function readPems(files: Files): Pems {
  const warnings: string[] = []
  const ca = read(files.certificate, 'certificate', warnings)
  const key = read(files.clientKey, 'private key', warnings)
  const cert = read(files.clientCertificate, 'certificate', warnings)
  if (key !== undefined && cert !== undefined) {
    const problem = problemOf(() => process.getBuiltinModule('node:tls').createSecureContext({ key, cert }))
    if (problem !== null) {
      warnings.push(
        `${files.clientKey?.variable} and ${files.clientCertificate?.variable} do not belong together (${problem}); ignored`,
      )
      return { tls: ca === undefined ? {} : { ca }, warnings }
    }
  }
  return { tls: { ...(ca ? { ca } : {}), ...(key ? { key } : {}), ...(cert ? { cert } : {}) }, warnings }
}

/** A text that changes whenever one of the files does; empty when there are none. */
export function stampOf(files: Files): string {
  return [files.certificate, files.clientKey, files.clientCertificate]
    .flatMap((file) => (file === null ? [] : stamp(file.path)))
    .join(' ')
}

function stamp(path: string): string {
  try {
    const { ino, mtimeNs, size } = statSync(path, { bigint: true })
    return `${ino}:${mtimeNs}:${size}`
  } catch {
    return '-' // not there, or not ours to see, for now
  }
}

function read(file: NamedFile | null, what: 'certificate' | 'private key', warnings: string[]): string | undefined {
  if (file === null) return undefined
  const { path, variable } = file
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    // The key itself in the place of its file's name: neither it nor an error that repeats it is shown.
    const { code } = error as NodeJS.ErrnoException
    const shown = JSON.stringify(printableValue(path))
    const problem = isPem(path) ? 'is a text, not the name of a file' : `${shown} cannot be read (${code ?? 'error'})`
    warnings.push(`${variable}: ${problem}; ignored`)
    return undefined
  }
  // Never the text itself: it may be a key put under the wrong name.
  const problem = problemOf(() => (what === 'certificate' ? new X509Certificate(text) : createPrivateKey(text)))
  if (problem === null) return text
  warnings.push(`${variable}: ${JSON.stringify(path)} holds no ${what} in PEM form (${problem}); ignored`)
  return undefined
}

function problemOf(check: () => unknown): string | null {
  try {
    check()
    return null
  } catch (error) {
    return (error as Error).message
  }
}

function isPem(path: string): boolean {
  return /-----BEGIN|\n/.test(path)
}
