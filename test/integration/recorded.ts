// Compares the records of a run with what the fixture server says it served: nothing missing, nothing double, every text the
// server's own. In: a hooked run. Out: failed assertions.
import { expect } from 'vitest'
import type { Served } from '../../fixtures/servers/openai.mjs'
import { kindOf } from '../../src/decode/endpoints.ts'
import type { RecordLine, RunResult } from './run.ts'

/** The requests that are recorded by default. */
export function inferenceOf(served: readonly Served[]): readonly Served[] {
  return served.filter((one) => {
    const kind = kindOf(one.verb, one.path.split('?')[0] ?? '')
    // An endpoint that nobody has told us of (openai 3's `/edits`) is a model's when its request names one.
    return kind === 'call' || kind === 'read' || (kind === 'unsure' && /"model":"/.test(String(one.requestBody)))
  })
}

/**
 * Asserts that each answered attempt is in one record, once, and that each record says what the server said. `mayBeLeft`: the
 * program leaves some answers unread although the server sent them whole.
 */
export function expectRecorded(run: RunResult, mayBeLeft = false): void {
  const served = inferenceOf(run.served)
  const answered = served.filter((one) => one.requestId !== null && one.status !== null)
  const attempts = run.records.flatMap((record) => record.attempts)
  const seen = attempts.flatMap((attempt) => (attempt.request_id === null ? [] : [attempt.request_id]))
  expect(seen.slice().sort()).toEqual(answered.map((one) => one.requestId).sort())
  expect(attempts.length).toBeGreaterThanOrEqual(served.length)
  expect(new Set(run.records.map((record) => record.id)).size).toBe(run.records.length)
  for (const record of run.records) {
    const one = answered.find(({ requestId }) => requestId !== null && requestId === record.request_id)
    if (one !== undefined) expectSays(record, one, mayBeLeft)
  }
}

function expectSays(record: RecordLine, one: Served, mayBeLeft: boolean): void {
  expect(record.http_status).toBe(one.status)
  expect(record.schema).toBe(1)
  expect(record.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(record.sdk.name).toBe('openai')
  expect(record.url_path).toBe(one.path.split('?')[0])
  expect(record.duration_ms).toBeGreaterThan(0)
  if (
    typeof one.requestBody === 'string' &&
    one.requestBody !== '' &&
    !record.truncated.some((at) => at.startsWith('/request'))
  ) {
    if (!one.requestBody.includes('base64')) expect(record.request.body).toEqual(JSON.parse(one.requestBody))
    expect(record.request.model).toBe((JSON.parse(one.requestBody) as { model?: string }).model || record.request.model)
  }
  if (one.cut || one.aborted || record.truncated.length > 0) return
  // Served whole and read by the program: only what `mayBeLeft` says may end otherwise.
  if (one.status !== null && one.status < 400 && !/error|malformed|fail/.test(one.scenario)) {
    expect(mayBeLeft ? ['ok', 'aborted', 'incomplete', 'error'] : [statusOf(record, one)]).toContain(record.status)
  }
  if (record.status !== 'ok') return
  const expected = expectedAnswer(one)
  if (expected !== undefined) expect(withoutAudio(record.response.body)).toEqual(withoutAudio(expected))
  if (record.stream) expect(record.chunk_count ?? 0).toBe(one.chunks)
}

/** What the program got of an answer with status 200 or 204: bodies that are none are an error, or an empty stream, by the version. */
function statusOf({ stream, sdk }: RecordLine, { scenario }: Served): string {
  const major = Number(sdk.version?.split('.')[0])
  if (stream) return statusOfStream(scenario)
  if (scenario.includes('bad-json')) return 'error'
  return scenario.includes('empty-body') && major > 3 && major < 7 ? 'error' : 'ok'
}

function statusOfStream(scenario: string): string {
  if (scenario.includes('no-content')) return 'error'
  return /bad-json|empty-body|html-200/.test(scenario) ? 'incomplete' : 'ok'
}

/** The plain answer; undefined where the record describes instead of copying (vectors, audio, images) or cannot be known. */
function expectedAnswer(one: Served): unknown {
  const type = one.responseHeaders['content-type'] ?? ''
  if (/embeddings|speech|images/.test(one.path) || Buffer.isBuffer(one.responseBody)) return undefined
  if (type.includes('event-stream')) return withoutEventType(one.equivalent)
  const isNone = one.responseBody === '' || one.status === 204 || one.scenario.includes('bad-json')
  if (!type.includes('json') || isNone) return undefined
  return JSON.parse(String(one.responseBody))
}

/** Audio in an answer is described, not copied. */
function withoutAudio(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, value) =>
    key === 'audio' && value?.data ? { ...value, data: 'AUDIO' } : value,
  )
}

/** The last event of a transcription is the plain answer but for its `type`. */
function withoutEventType(equivalent: unknown): unknown {
  const { type, ...plain } = (equivalent ?? {}) as { type?: string }
  return type === 'transcript.text.done' ? plain : (equivalent ?? undefined)
}
