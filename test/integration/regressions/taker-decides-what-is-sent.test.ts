// What may be sent of a record, and what it is labelled with, is decided by the program that made it, not by the one that delivers it.
import { expect, test } from 'vitest'
import { adopt, newDir, printedIds, received, start, startSink } from '../endings/program.ts'

const CALLS = '20'
const OWN = { OTEL_SERVICE_NAME: 'maker', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,team=a' }
const OTHER = { OTEL_SERVICE_NAME: 'taker', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=production,team=b' }

type Settings = { readonly [name: string]: string }

/** A program ends beside a backend that is down; another with its own settings delivers what is left. */
async function handOver(maker: Settings, taker: Settings) {
  const sink = await startSink('down')
  const dir = newDir()
  const otlp = (more: Settings): Settings => ({
    NEATLOGS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=test',
    ...more,
  })
  const first = start({ dir, endpoint: sink.url, args: ['return', CALLS, '3000'], env: otlp({ ...OWN, ...maker }) })
  await first.ended
  await sink.heal()
  const later = await adopt(dir, sink.url, { env: otlp({ ...OTHER, ...taker }) })
  const { calls } = received(sink.server())
  await sink.close()
  expect(later.lines().at(-1), later.stderr()).toBe('taken over')
  // Not by the ids of answers: what redacts a body takes the copies of its values too.
  expect(printedIds(first)).toHaveLength(Number(CALLS))
  return calls.filter(({ resource }) => resource?.['service.name'] === OWN.OTEL_SERVICE_NAME)
}

const textOf = (value: unknown): string => JSON.stringify(value)

test('prompts of a program that never asked for content are not sent by one that did; its labels stay', async () => {
  const calls = await handOver({}, { NEATLOGS_CAPTURE_CONTENT: 'true', NEATLOGS_SAMPLE_RATE: '0' })
  expect(calls).toHaveLength(Number(CALLS))
  for (const { attributes, resource } of calls) {
    expect(textOf(attributes)).not.toContain('xxx')
    expect(Object.keys(attributes).filter((key) => /messages|input\.value|output\.value/.test(key))).toEqual([])
    expect(resource).toMatchObject({ 'service.name': 'maker', 'deployment.environment.name': 'staging', team: 'a' })
  }
})

test('content that was asked for is sent by whoever delivers, whole', async () => {
  const asked = {
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '9000',
  }
  const taker = {
    NEATLOGS_MAX_BODY_BYTES: '1024',
    NEATLOGS_REDACT: 'response',
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '10',
  }
  const calls = await handOver(asked, taker)
  expect(calls).toHaveLength(Number(CALLS))
  for (const { attributes } of calls) expect(textOf(attributes['gen_ai.output.messages'])).toContain('x'.repeat(3000))
})

test('what its maker samples away or redacts stays so', async () => {
  expect(await handOver({ NEATLOGS_SAMPLE_RATE: '0' }, {})).toEqual([])
  const redacted = { NEATLOGS_CAPTURE_CONTENT: 'true', NEATLOGS_REDACT: 'response.body' }
  const calls = await handOver(redacted, { NEATLOGS_CAPTURE_CONTENT: 'true' })
  expect(calls).toHaveLength(Number(CALLS))
  for (const { attributes } of calls) expect(textOf(attributes)).not.toContain('xxx')
})
