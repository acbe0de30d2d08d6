// Builds the input of decode: one call's heads and bytes as the spool holds them.

import type { DecodeInput, DecodeOptions } from '../../../src/decode/decode.ts'
import type { CloseHead, LaneInfo, OpenHead } from '../../../src/frame.ts'

export const LANE: LaneInfo = {
  v: 1,
  pid: 4242,
  hostname: 'box',
  node: 'v20.20.2',
  neatlogs: '0.1.0',
  service: 'my-app',
  traceId: '861f533f-cf64-4a1f-84e4-c18f037e2ce0',
  tags: ['prod'],
  userId: null,
  metadata: { team: 'a' },
  fingerprint: 'f',
  startTime: '1',
  bootId: 'b',
  pidNamespace: 'n',
}

export const OPEN: OpenHead = {
  t: 'open',
  id: '0199d8a0-0000-7000-8abc-123456789abc',
  at: 1795348926382.25,
  provider: 'openai',
  sdk: '6.49.0',
  verb: 'POST',
  url: 'https://api.openai.com/v1/chat/completions',
  body: 'json',
}

export const CLOSE: CloseHead = {
  t: 'close',
  id: OPEN.id,
  status: 'ok',
  ms: 663.5,
  firstChunkMs: 120.25,
  httpStatus: 200,
  attempts: [{ at: 1.5, ms: 600, status: 200, requestId: 'req_1' }],
  headers: { 'content-type': 'application/json', 'x-request-id': 'req_1', 'x-ratelimit-remaining-requests': '99' },
}

export const OPTIONS: DecodeOptions = { maxBodyBytes: 1024 * 1024, captureContent: true, redact: [] }

export const SSE_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8' }

export interface Parts {
  readonly open?: Partial<OpenHead>
  readonly close?: Partial<CloseHead> | null
  readonly request?: unknown
  readonly answer?: unknown
  readonly lane?: Partial<LaneInfo>
  readonly options?: Partial<DecodeOptions>
}

/** Bytes of text and of anything else as JSON; bytes stay. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (value === undefined) return new Uint8Array()
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
}

export function inputOf(parts: Parts): DecodeInput {
  return {
    open: { ...OPEN, ...parts.open },
    request: bytesOf(parts.request),
    close: parts.close === null ? null : { ...CLOSE, ...parts.close },
    answer: bytesOf(parts.answer),
    lane: { ...LANE, ...parts.lane },
    options: { ...OPTIONS, ...parts.options },
  }
}
