// Runs a socket program without and with the hook, each beside a fixture server of its own, and compares what was recorded with what
// was served. In: a program. Out: its runs.
import { join } from 'node:path'
import { expect } from 'vitest'
import { type ServedResponse, type SocketsServer, startSockets } from '../../../fixtures/servers/sockets.mjs'
import { type Certificates, makeCertificates } from '../destinations/certificates.ts'
import { PATIENT, type RecordLine, type RunOptions, type RunResult, runNode } from '../run.ts'

let certificates: Certificates | undefined

export interface SocketRun extends RunResult {
  readonly responses: readonly ServedResponse[]
}

/** Runs a program beside a server; Realtime classes know `wss:` only, so that it has a certificate. */
export async function runSocket(options: RunOptions & { readonly tls?: boolean }): Promise<SocketRun> {
  certificates ??= makeCertificates()
  const server = await startSockets(options.tls ? { tls: certificates } : {})
  try {
    const ended = await runNode({ ...options, env: { ...PATIENT, ...envOf(server, certificates), ...options.env } })
    return { ...ended, responses: server.served }
  } finally {
    await server.close()
  }
}

function envOf({ url }: SocketsServer, { folder }: Certificates): { [name: string]: string } {
  return { SOCKETS_URL: url, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }
}

/** The program bare and hooked. */
export async function runSocketTwice(
  options: RunOptions & { readonly tls?: boolean },
): Promise<{ bare: SocketRun; hooked: SocketRun }> {
  const bare = await runSocket({ ...options, how: 'none' })
  return { bare, hooked: await runSocket(options) }
}

/** The same output, errors and exit; our own line on stderr is ours. */
export function expectSameProgram(bare: RunResult, hooked: RunResult): void {
  expect(hooked.stdout).toBe(bare.stdout)
  expect(hooked.stderr.replace(/^neatlogs:.*\n?/gm, '')).toBe(bare.stderr)
  expect([hooked.code, hooked.signal]).toEqual([bare.code, bare.signal])
}

const STATUS: { readonly [end: string]: readonly string[] } = {
  completed: ['ok'],
  incomplete: ['ok'],
  failed: ['error'],
  error: ['error'],
  cancelled: ['aborted'],
  cut: ['incomplete', 'aborted'],
}

/** Each response that was served is one record, which says what the server said, and there is no other. */
export function expectServed(records: readonly RecordLine[], served: readonly ServedResponse[]): void {
  const key = ({ response, request }: Pick<RecordLine, 'response' | 'request'>): string =>
    response.id ?? `refused ${JSON.stringify(metadataOf(request.body))}`
  const expected = served.map(({ id, response, request }) =>
    response === null ? `refused ${JSON.stringify(request.metadata ?? null)}` : id,
  )
  expect(records.map(key).sort()).toEqual(expected.slice().sort())
  expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
  for (const one of served) {
    const record = records.find(({ response }) => response.id === one.id)
    if (record !== undefined) expectSays(record, one)
  }
}

function metadataOf(body: unknown): unknown {
  const { metadata, response } = (body ?? {}) as { metadata?: unknown; response?: { metadata?: unknown } | null }
  return metadata ?? response?.metadata ?? null
}

export function expectSays(record: RecordLine, one: ServedResponse): void {
  expect(STATUS[one.end], `${one.id} ended as ${one.end}`).toContain(record.status)
  expect(record.stream).toBe(true)
  expect(record.operation).toBe(one.api)
  if (one.session) expect(record.session_id).toBe(one.session)
  const body = record.response.body as unknown as { readonly output: readonly OutputItem[] }
  if (one.end === 'cut' || one.end === 'error') {
    // What came before the end, as far as it came.
    expect(one.said.startsWith(textOf(body.output))).toBe(true)
    return
  }
  expect(record.chunk_count).toBe(one.events)
  const { interruption: _, ...answer } = body as { interruption?: unknown }
  expect(withoutAudio(answer)).toEqual(one.response)
  if (one.audio) expect(audioOf(body.output)).toMatchObject(one.audio)
  if (one.heard) expect(JSON.stringify(record.request.body)).toContain(one.heard.sha256)
}

interface OutputItem {
  readonly content?: readonly { readonly text?: string; readonly transcript?: string; readonly audio?: unknown }[]
}

function textOf(output: readonly OutputItem[]): string {
  return output
    .flatMap(({ content }) => content?.map(({ text, transcript }) => text ?? transcript ?? '') ?? [])
    .join('')
}

function audioOf(output: readonly OutputItem[]): unknown {
  return output.flatMap(({ content }) => content?.flatMap(({ audio }) => audio ?? []) ?? [])[0]
}

/** Audio of an answer is described: the server's own object has none. */
function withoutAudio(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, value: { type?: string } | null) =>
    key === 'audio' && value?.type === 'audio' ? undefined : value,
  )
}
