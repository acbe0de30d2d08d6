// A parent that is not sampled is seen by no backend: a call under it must not point to it. By TRACEPARENT and by the application's own
// OpenTelemetry; followed where that is chosen.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type NeatlogsServer, startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { runCode } from '../destinations/child.ts'
import { makeTemp, ROOT } from '../run.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const unsampled = { TRACEPARENT: `00-${TRACE}-${SPAN}-00` }
const PROGRAM = `
const { default: OpenAI } = await import(${JSON.stringify(`${ROOT}/fixtures/openai-6.49.0/node_modules/openai/index.mjs`)})
await new OpenAI().chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] })`

let openai: Awaited<ReturnType<typeof startOpenAI>>
beforeAll(async () => {
  openai = await startOpenAI()
})
afterAll(() => openai.close())

async function run(env: { readonly [name: string]: string }): Promise<NeatlogsServer> {
  const server = await startNeatlogs({ requireKey: false })
  const ended = await runCode(PROGRAM, {
    NODE_OPTIONS: `--import file://${ROOT}/register.mjs`,
    NEATLOGS_DIR: `${makeTemp('unsampled')}/n`,
    OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: `${openai.url}/v1`,
    ...env,
  })
  expect(ended).toMatchObject({ stderr: '', code: 0 })
  await server.close()
  return server
}

test.each(['http/protobuf', 'http/json'])('TRACEPARENT …-00, %s: a trace of its own, with a link', async (protocol) => {
  const [span] = (await run({ ...unsampled, OTEL_EXPORTER_OTLP_PROTOCOL: protocol })).spans()
  expect(span).toMatchObject({ parentSpanId: null, links: [{ traceId: TRACE, spanId: SPAN }] })
  expect(span?.traceId).not.toBe(TRACE)
})

test('TRACEPARENT …-01: its child', async () => {
  const [span] = (await run({ TRACEPARENT: `00-${TRACE}-${SPAN}-01` })).spans()
  expect(span).toMatchObject({ parentSpanId: SPAN, traceId: TRACE, links: [] })
})

test.each([
  { ...unsampled, NEATLOGS_UNSAMPLED: 'follow' },
  { ...unsampled, OTEL_TRACES_SAMPLER: 'parentbased_always_on' },
  { OTEL_TRACES_SAMPLER: 'always_off' },
])('followed: %j', async (env) => {
  expect((await run(env)).spans()).toEqual([])
})

test('a sampler of the application alone, and every call wanted', async () => {
  const [span] = (await run({ ...unsampled, OTEL_TRACES_SAMPLER: 'always_off', NEATLOGS_UNSAMPLED: 'link' })).spans()
  expect(span).toMatchObject({ parentSpanId: null, links: [{ traceId: TRACE, spanId: SPAN }] })
})
