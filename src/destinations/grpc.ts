// Deliver: one unary gRPC call over node:http2, without a dependency. Worker thread; loaded only when a variable asks for gRPC. In: a
// protobuf message. Out: the answer in HTTP's terms (grpc-status.ts). https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import * as http2 from 'node:http2'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type Connection, connect, describe, type GrpcSettings, HINT } from './grpc-connection.ts'
import { answerOfStatus, type GrpcStatus } from './grpc-status.ts'
import type { HttpClient } from './http.ts'
import type { HttpResult } from './http-answer.ts'
import { chooseProxy } from './proxy.ts'
import { VERSION } from './version.ts'

/** Largest answer read, in bytes; grpc's own default. */
const ANSWER_MAX_BYTES = 4 * 1024 * 1024
/** Flag and length before each message. */
const PREFIX_BYTES = 5
/** `grpc-timeout` has eight digits. */
const MAX_TIMEOUT_MS = 99_999_999

type Attempt = HttpResult & { readonly isStale?: boolean }

/** Opens a client for one method: `url` is the server and the method's path. One connection, kept. */
export function openGrpc(settings: GrpcSettings): HttpClient {
  const { proxy, warning } = chooseProxy(settings.url, settings.env)
  let connection: Promise<Connection> | null = null
  let isClosed = false
  const open = (): Promise<Connection> => {
    const opening = connect(settings, proxy)
    const forget = (): void => {
      if (connection === opening) connection = null
    }
    // A server that goes away says so; whoever waits for an answer hears it from its own stream.
    opening.then(({ session, socket }) => {
      session.on('goaway', forget).on('close', forget)
      socket.on('close', forget)
    }, forget)
    return opening
  }
  const leave = (): void => {
    connection?.then(({ session }) => session.destroy()).catch(() => {}) // never stood
    connection = null
  }
  const send = async (message: Uint8Array, timeoutMs: number): Promise<Attempt> => {
    const isKept = connection !== null
    connection ??= open()
    try {
      const result = await call(await connection, message, { ...settings, timeoutMs })
      // It may have gone silent (a firewall that forgot it): TCP would take a quarter of an hour to say so.
      if (result.kind === 'failure' && result.isTimeout) leave()
      return result.kind === 'failure' ? { ...result, isStale: isKept && result.isStale === true } : result
    } catch (error) {
      return { kind: 'failure', reason: describe(error), isPermanent: false, isStale: isKept }
    }
  }
  return {
    warnings: warning === null ? [] : [warning],
    post: async (body, _contentType, patience = 1) => {
      const message = framed(body, settings.gzip)
      const timeoutMs = Math.min(Math.ceil(settings.timeoutMs * patience), MAX_TIMEOUT_MS)
      const first = await send(message, timeoutMs)
      // A kept connection that the server has closed meanwhile says nothing about the server: once more, at once.
      return first.kind === 'failure' && first.isStale && !isClosed ? send(message, timeoutMs) : first
    },
    close: () => {
      isClosed = true
      leave()
    },
  }
}

function framed(body: Uint8Array, gzip: boolean): Uint8Array {
  const bytes = gzip ? gzipSync(body) : body
  const message = Buffer.allocUnsafe(PREFIX_BYTES + bytes.length)
  message.writeUInt8(gzip ? 1 : 0, 0)
  message.writeUInt32BE(bytes.length, 1)
  message.set(bytes, PREFIX_BYTES)
  return message
}

function call({ session, socket }: Connection, message: Uint8Array, settings: GrpcSettings): Promise<Attempt> {
  const { timeoutMs } = settings
  return new Promise((resolve) => {
    const stream = session.request(headersOf(settings))
    const chunks: Uint8Array[] = []
    let size = 0
    let head: GrpcStatus = {}
    let trailers: GrpcStatus = {}
    let failure: string | null = null
    const finish = (isLate: boolean): void => {
      clearTimeout(timer)
      socket.off('close', onClose)
      session.off('goaway', onGoaway)
      const answer = judge(head, trailers, Buffer.concat(chunks))
      const reason = failure ?? 'the connection was closed before the answer'
      resolve(answer ?? { kind: 'failure', reason, isPermanent: false, isStale: !isLate, isTimeout: isLate })
    }
    const timer = setTimeout(() => {
      failure = `no answer within ${timeoutMs} ms`
      stream.close(http2.constants.NGHTTP2_CANCEL)
      finish(true)
    }, timeoutMs)
    // The stream has its say first, if the session still tells it.
    const onClose = (): void => void setImmediate(finish, false)
    socket.once('close', onClose)
    // What came after the last that it deals with is not dealt with; nothing else would say so.
    const onGoaway = (_code: number, last: number): void => {
      if ((stream.id ?? 0) > last) finish(false)
    }
    session.on('goaway', onGoaway)
    stream.once('response', (received) => {
      head = received
      // An error may come without a message: then its status stands here.
      trailers = received
    })
    stream.on('data', (chunk: Uint8Array) => {
      size += chunk.length
      if (size <= ANSWER_MAX_BYTES) chunks.push(chunk)
    })
    stream.once('trailers', (received) => {
      trailers = received
    })
    stream.on('error', (error) => {
      failure ??= describe(error)
    })
    stream.once('close', () => finish(false))
    stream.end(message)
  })
}

function headersOf({ url, headers, timeoutMs, gzip }: GrpcSettings): http2.OutgoingHttpHeaders {
  return {
    ...headers,
    ':method': 'POST',
    ':path': url.pathname,
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-timeout': `${timeoutMs}m`,
    'grpc-accept-encoding': 'identity,gzip',
    ...(gzip ? { 'grpc-encoding': 'gzip' } : {}),
    'user-agent': `neatlogs-node/${VERSION}`,
  }
}

/** What the server has said; null when it did not get that far. */
function judge(head: GrpcStatus, trailers: GrpcStatus, bytes: Buffer): HttpResult | null {
  if (trailers['grpc-status'] !== undefined) return answerOfStatus(trailers, messageOf(bytes, head['grpc-encoding']))
  const status = head[':status']
  const isGrpc = String(head['content-type'] ?? '').startsWith('application/grpc')
  if (typeof status !== 'number' || isGrpc) return null
  // A proxy or a web server.
  if (status === 200) return { kind: 'failure', reason: HINT, isPermanent: true }
  return { kind: 'answer', status, body: bytes, retryAfterMs: null }
}

function messageOf(bytes: Buffer, encoding: GrpcStatus[string]): Uint8Array {
  if (bytes.length < PREFIX_BYTES) return new Uint8Array(0)
  const message = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + bytes.readUInt32BE(1))
  if (bytes[0] !== 1 || encoding !== 'gzip') return message
  try {
    return gunzipSync(message)
  } catch {
    return new Uint8Array(0) // the status says that all was taken
  }
}
