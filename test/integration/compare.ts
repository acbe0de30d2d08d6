// Compares a program's run without the hook to its run with it: output, ending, and the bytes of every request.
// What no two runs share is masked: the server's port, temporary folders, pids, multipart boundaries, idempotency keys.
import { dirname } from 'node:path'
import { expect } from 'vitest'
import type { Served } from '../../fixtures/servers/openai.mjs'
import { ROOT } from './place.ts'
import type { RunResult } from './run.ts'

const OUR_LINE = /^neatlogs:.*\n?/gm
// A stack may hold one frame of ours; two in a row stay and show as a difference.
const OUR_FRAME = new RegExp(`^ *at .*${ROOT}dist/.*\\n(?! *at .*${ROOT}dist/)`, 'gm')
/** Another vendor's agent adds the ids of its trace. */
const TRACE_HEADERS = [
  'traceparent',
  'tracestate',
  'baggage',
  'sentry-trace',
  'x-datadog-trace-id',
  'x-datadog-parent-id',
  'x-datadog-tags',
]
const RANDOM_HEADERS = new Set(['date', 'idempotency-key', ...TRACE_HEADERS])

export interface SameOptions {
  /** The program's calls run at once: requests may arrive in another order. */
  readonly concurrent?: boolean
  /** Output that Node itself prints for the way the hook was loaded, e.g. the warning of `--loader`. */
  readonly ignore?: RegExp
}

/** Asserts that the hooked run cannot be told from the bare one. */
export function expectSame(bare: RunResult, hooked: RunResult, options: SameOptions = {}): void {
  expect(viewOf(hooked, options)).toEqual(viewOf(bare, options))
  expect(wireOf(hooked.served, options)).toEqual(wireOf(bare.served, options))
}

/** What the user sees of a run. */
function viewOf(run: RunResult, { ignore = /$^/ }: SameOptions) {
  const stdout = masked(run.stdout, run).replace(ignore, '')
  const stderr = masked(run.stderr.replace(OUR_LINE, ''), run).replace(ignore, '')
  return { stdout, stderr, code: run.code, signal: run.signal }
}

function masked(text: string, run: RunResult): string {
  return text
    .replaceAll(`127.0.0.1:${run.port}`, '127.0.0.1:PORT')
    .replaceAll(dirname(run.dir), 'TEMP')
    .replace(/\(node:\d+\)/g, '(node:PID)')
    .replaceAll(OUR_FRAME, '')
}

/** Lists the requests as bytes on the wire; a Buffer is told in latin1, which keeps every byte. */
export function wireOf(served: readonly Served[], { concurrent }: SameOptions = {}) {
  const requests = served.map((one) => {
    const boundary = /boundary="?([^";]+)/.exec(String(one.headers['content-type'] ?? ''))?.[1]
    const body = typeof one.requestBody === 'string' ? one.requestBody : one.requestBody.toString('latin1')
    const head = [`${one.verb} ${one.path}`, ...headerLines(one.rawHeaders)].join('\n')
    const text = `${head}\n\n${body}`
    return boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY')
  })
  return concurrent ? requests.sort() : requests
}

function headerLines(rawHeaders: readonly string[]): string[] {
  const lines: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    const value = (rawHeaders[at + 1] ?? '').replace(/^127\.0\.0\.1:\d+$/, '127.0.0.1:PORT')
    lines.push(`${name}: ${RANDOM_HEADERS.has(name.toLowerCase()) ? 'RANDOM' : value}`)
  }
  return lines
}
