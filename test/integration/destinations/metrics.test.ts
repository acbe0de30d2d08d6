// Metrics of whole programs, decoded by the official messages: what is counted, once each, whatever ends the program or the server.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGrpc } from '../../../fixtures/servers/grpc.mjs'
import { type NeatlogsServer, type ReceivedPoint, startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { runCommand } from '../cli/command.ts'
import { makeTemp, ROOT } from '../run.ts'
import { runCode } from './child.ts'

type Env = { readonly [name: string]: string }

const DURATION = 'gen_ai.client.operation.duration'
const NEVER = '600000'
const OPENAI = JSON.stringify(`${ROOT}/fixtures/openai-6.49.0/node_modules/openai/index.mjs`)
const CALLS = (count: number, rest = ''): string => `
const { default: OpenAI } = await import(${OPENAI})
const openai = new OpenAI({ maxRetries: 0 })
const messages = [{ role: 'user', content: 'Hi' }]
for (let at = 0; at < ${count}; at++) await openai.chat.completions.create({ model: 'gpt-4o-mini', messages })
${rest}`
const STREAM = `for await (const _ of await openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true, stream_options: { include_usage: true } }));`
const WAIT_AND_DIE = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), 3000)`

let openai: Awaited<ReturnType<typeof startOpenAI>>
beforeAll(async () => {
  openai = await startOpenAI()
})
afterAll(() => openai.close())

const run = (code: string, dir: string, env: Env) =>
  runCode(code, {
    NODE_OPTIONS: `--import file://${ROOT}/register.mjs`,
    NEATLOGS_DIR: dir,
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: `${openai.url}/v1`,
    ...env,
  })
const folder = (): string => join(makeTemp('metrics'), 'neatlogs')
const countOf = (points: readonly ReceivedPoint[]): number =>
  points.filter(({ name }) => name === DURATION).reduce((sum, { count }) => sum + count, 0)
const sink = (): Promise<NeatlogsServer> => startNeatlogs({ requireKey: false })

describe.each(['http/protobuf', 'http/json', 'grpc'])('%s', (protocol) => {
  test('calls, tokens and chunks of a program, at its end', async () => {
    const grpc = protocol === 'grpc' ? await startGrpc() : null
    const server = grpc ?? (await sink())
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
    }
    const ended = await run(CALLS(3, STREAM), folder(), env)
    await server.close()
    expect(ended).toMatchObject({ stderr: '', code: 0 })
    const points = server.points()
    expect(countOf(points)).toBe(4)
    const names = new Set(points.map(({ name }) => name))
    expect([...names].sort()).toEqual([
      DURATION,
      'gen_ai.client.operation.time_per_output_chunk',
      'gen_ai.client.operation.time_to_first_chunk',
      'gen_ai.client.token.usage',
    ])
    const durations = points.filter(({ name }) => name === DURATION)
    expect(durations[0]).toMatchObject({
      unit: 's',
      temporality: 2,
      bounds: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'server.address': '127.0.0.1',
      },
      resource: { 'deployment.environment.name': 'staging', 'telemetry.sdk.name': 'neatlogs' },
    })
    const spans = new Set(server.spans().map(({ spanId }) => spanId))
    const examples = points.flatMap(({ exemplars }) => exemplars)
    expect(examples.length).toBeGreaterThan(0)
    for (const { spanId } of examples) expect(spans.has(spanId ?? '')).toBe(true)
    const tokens = points.filter(({ name }) => name === 'gen_ai.client.token.usage')
    expect(new Set(tokens.map(({ attributes }) => attributes['gen_ai.token.type']))).toEqual(
      new Set(['input', 'output']),
    )
  })
})

test('delta, at intervals: each call once', async () => {
  const server = await sink()
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    OTEL_METRIC_EXPORT_INTERVAL: '500',
  }
  const pause = `await new Promise((resolve) => setTimeout(resolve, 5000)); await openai.chat.completions.create({ model: 'gpt-4o-mini', messages })`
  await run(CALLS(2, pause), folder(), env)
  await server.close()
  expect(server.metricRequests.length).toBeGreaterThan(1)
  expect(countOf(server.points())).toBe(3)
  expect(server.points().every(({ temporality, start, end }) => temporality === 1 && BigInt(start) < BigInt(end))).toBe(
    true,
  )
})

test.each([
  ['killed before an interval has passed', null],
  ['killed while the metrics are refused', { status: 503 }],
])('%s: the next program counts the rest, once', async (_, fault) => {
  const server = await sink()
  server.setMetricsFault(fault)
  const dir = folder()
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    OTEL_METRIC_EXPORT_INTERVAL: fault === null ? NEVER : '1200',
  }
  await run(CALLS(5, WAIT_AND_DIE), dir, env)
  expect(server.spans()).toHaveLength(5)
  expect(countOf(server.points())).toBe(0)
  server.setMetricsFault(null)
  await run(CALLS(1), dir, env)
  await server.close()
  expect(server.spans()).toHaveLength(6)
  expect(countOf(server.points())).toBe(6)
  expect(new Set(server.points().map(({ resource }) => resource['process.pid'])).size).toBe(2)
  expect(readdirSync(join(dir, 'metrics'))).toEqual([])
})

test('a lane that is taken over is counted with its own process', async () => {
  const server = await sink()
  server.setFault({ status: 503 })
  const dir = folder()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: server.url }
  await run(CALLS(3), dir, { ...env, NEATLOGS_EXIT_TIMEOUT_MS: '300' })
  expect(server.points()).toEqual([])
  server.setFault(null)
  // `neatlogs ship` counts what it delivers.
  const ended = await runCommand({ args: ['ship', '--dir', dir], env })
  await server.close()
  expect(ended).toMatchObject({ code: 0 })
  const durations = server.points().filter(({ name }) => name === DURATION)
  expect(durations.map(({ count }) => count)).toEqual([3])
  expect(durations[0]?.resource['process.pid']).toBe(server.spans()[0]?.resource?.['process.pid'])
})

describe('where nobody wants them', () => {
  test.each([
    { OTEL_METRICS_EXPORTER: 'none' },
    { OTEL_METRICS_EXPORTER: 'prometheus' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'URL/v1/traces' },
  ])('%j: none are sent', async (over) => {
    const server = await sink()
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, ...over } as { [name: string]: string }
    for (const [name, value] of Object.entries(env)) env[name] = value.replace('URL', server.url)
    const ended = await run(CALLS(1), folder(), env)
    await server.close()
    expect(ended.stderr).toBe('')
    expect(server.spans()).toHaveLength(1)
    expect(server.metricRequests).toEqual([])
  })

  test('a backend without metrics gets its spans, is asked once, and nothing is printed or kept', async () => {
    const server = await sink()
    server.setMetricsFault({ status: 404 })
    const dir = folder()
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, OTEL_METRIC_EXPORT_INTERVAL: '300' }
    const ended = await run(CALLS(2, 'await new Promise((resolve) => setTimeout(resolve, 2500))'), dir, env)
    await server.close()
    expect(ended).toMatchObject({ stderr: '', code: 0 })
    expect(server.spans()).toHaveLength(2)
    expect(server.metricRequests).toHaveLength(1)
    expect(readdirSync(join(dir, 'metrics'))).toEqual([])
  })

  test('calls that are not sampled are counted all the same, without an example', async () => {
    const server = await sink()
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, OTEL_TRACES_SAMPLER: 'always_off' }
    await run(CALLS(2), folder(), env)
    await server.close()
    expect(server.spans()).toEqual([])
    expect(countOf(server.points())).toBe(2)
    expect(server.points().flatMap(({ exemplars }) => exemplars)).toEqual([])
  })
})
