// Deliver: the URLs that records are posted to, and the fingerprint of a destination. Pure; the main thread calls `fingerprintOf`
// once for `lane.json`, so this file loads nothing but the hash.
import type { Environment, Options } from '../options/options.ts'
import { NEATLOGS_ENDPOINT } from '../options/options.ts'
import type { DestinationName } from './destination.ts'
import { headerTexts, otlpTarget } from './otlp-target.ts'

/** The first API lives on the application's host, not on the ingest host. */
const V1_ENDPOINT = 'https://app.neatlogs.com'
const HASH_LENGTH = 12

/** The URL of the NeatLogs server that takes records in the protocol chosen. */
export function neatlogsUrl(options: Options): URL {
  if (options.protocol === 'trace') return new URL(`${options.endpoint}/v1/trace`)
  if (options.protocol === 'otlp') return new URL(`${options.endpoint}/v1/traces`)
  const base = options.endpoint === NEATLOGS_ENDPOINT ? V1_ENDPOINT : options.endpoint
  return new URL(`${base}/api/data`)
}

/**
 * Names a destination so that records made for one key are never shipped with another:
 * `neatlogs:https://ingest.neatlogs.com/v1/traces#3f0c2b9a1d5e`. Credentials in the URL and its query go into the hash.
 */
export function fingerprintOf(name: DestinationName, options: Options, env: Environment): string {
  if (name === 'file' || name === 'stdout') return name
  const url = name === 'otlp' ? otlpTarget(env, 'TRACES').url : neatlogsUrl(options)
  const headers = headerTexts(env, 'TRACES').map(({ text }) => text)
  const key = name === 'otlp' ? headers.join('\n') : `${options.apiKey ?? ''}\n${options.project ?? ''}`
  // Not imported: see hook/builtins.ts.
  const { createHash } = process.getBuiltinModule('node:crypto')
  const hash = createHash('sha256').update(`${url.href}\n${key}`).digest('hex').slice(0, HASH_LENGTH)
  return `${name}:${url.origin}${url.pathname}#${hash}`
}
