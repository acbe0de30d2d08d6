// Other vendors' agents beside us, whoever is loaded first: the program prints what it printed, we record what the server served,
// and the other vendor still sends the spans it sent without us.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenAIServer, startOpenAI } from '../../fixtures/servers/openai.mjs'
import { startVendorSink, type VendorSpan } from '../../fixtures/servers/vendors.mjs'
import { expectSame } from '../integration/compare.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { PATIENT, ROOT, type RunResult, runNode } from '../integration/run.ts'

interface Vendor {
  readonly flags: readonly string[]
  /** The spans it makes of calls of openai, and how many it makes alone. */
  readonly spans: RegExp
  readonly count: number
}

const VENDORS: { readonly [name: string]: Vendor } = {
  'OpenTelemetry, import': {
    flags: ['--import', './vendor-otel.mjs'],
    spans: /instrumentation-openai/,
    count: 7,
  },
  'Sentry 11, import': { flags: ['--import', './vendor-sentry.mjs'], spans: /^(chat|embeddings) /, count: 7 },
  'Sentry 10, import': { flags: ['--import', './vendor-sentry-10.mjs'], spans: /^(chat|embeddings) /, count: 7 },
  'dd-trace, import': { flags: ['--import', 'dd-trace/initialize.mjs'], spans: /^openai\.request/, count: 7 },
  'dd-trace, require': { flags: ['--require', 'dd-trace/init'], spans: /^openai\.request/, count: 1 },
}
const US = ['--import', pathToFileURL(join(ROOT, 'register.mjs')).href]
const US_BY_REQUIRE = ['--require', join(ROOT, 'register.mjs')]

let server: OpenAIServer
beforeAll(async () => {
  server = await startOpenAI()
})
afterAll(() => server.close())

/** What dd-trace would send beside its traces. */
const QUIET_DATADOG = {
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_TRACE_STARTUP_LOGS: 'false',
}

/** Runs the program with these flags, beside a sink of its own; ports are the same in every run. */
async function run(node: string, flags: readonly string[]): Promise<{ run: RunResult; spans: readonly VendorSpan[] }> {
  const sink = await startVendorSink()
  const env = { ...PATIENT, SINK_URL: sink.url, DD_TRACE_AGENT_URL: sink.url, ...QUIET_DATADOG }
  const app = { app: 'vendor-calls.mjs', openai: 'programs/vendors', node, env, server, how: 'none' } as const
  const ended = await runNode({ ...app, nodeArgs: flags })
  await sink.close()
  return { run: ended, spans: sink.spans() }
}

describe.each(['20', '24'])('Node %s', (node) => {
  test.each(Object.entries(VENDORS))('%s', async (_name, { flags, spans, count }) => {
    const bare = await run(node, flags)
    expect(bare.spans.filter(({ name }) => spans.test(name))).toHaveLength(count)
    const ours = flags[0] === '--require' ? US_BY_REQUIRE : US
    for (const together of [await run(node, [...ours, ...flags]), await run(node, [...flags, ...ours])]) {
      expectSame(bare.run, together.run)
      expectRecorded(together.run)
      expect(together.run.records).toHaveLength(7)
      expect(together.spans).toEqual(bare.spans)
    }
  })
})
