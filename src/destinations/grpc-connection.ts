// Deliver: one HTTP/2 connection to a gRPC server, with TLS and through a proxy as the variables say. Worker thread. In: settings. Out: a
// session whose settings have been exchanged, or why there is none.
import * as http2 from 'node:http2'
import { isIP, connect as netConnect } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'
import type { HttpSettings } from './http.ts'
import { openTunnel } from './proxy.ts'

const CONNECT_TIMEOUT_MS = 10_000
/** Said where something answers, but not gRPC. */
export const HINT =
  'nobody speaks gRPC (HTTP/2) there; for OTLP over HTTP, usually on port 4318, set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf'

export interface GrpcSettings extends HttpSettings {
  readonly rejectUnauthorized: boolean
}

export interface Connection {
  readonly session: http2.ClientHttp2Session
  readonly socket: Duplex
}

/** Resolves once HTTP/2 is spoken: settings have been exchanged. */
export async function connect(settings: GrpcSettings, proxy: URL | null): Promise<Connection> {
  const limitMs = Math.min(settings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, settings.timeoutMs)
  const plain = proxy === null ? null : await tunnel(settings.url, proxy, limitMs)
  return new Promise((resolve, reject) => {
    const socket = openSocket(settings, plain)
    const session = http2.connect(settings.url.origin, { createConnection: () => socket })
    const fail = (error: Error): void => {
      clearTimeout(timer)
      reject(error)
      session.destroy()
      socket.destroy()
    }
    const timer = setTimeout(() => fail(new Error(`no connection within ${limitMs} ms`)), limitMs)
    session.once('remoteSettings', () => {
      clearTimeout(timer)
      resolve({ session, socket })
    })
    // Node 20 says nothing of a session whose socket ends in the midst of the handshake (client certificate refused).
    socket.once('close', () => fail(new Error(`the connection was closed: ${HINT}`)))
    session.on('error', fail)
    socket.on('error', fail)
  })
}

function openSocket({ url, tls, rejectUnauthorized }: GrpcSettings, tunnelled: Duplex | null): Duplex {
  const host = hostOf(url)
  const isSecure = url.protocol === 'https:'
  const port = Number(url.port || (isSecure ? 443 : 80))
  if (!isSecure) return tunnelled ?? netConnect({ host, port })
  const servername = isIP(host) === 0 ? { servername: host } : {}
  const way = tunnelled === null ? { host, port } : { socket: tunnelled }
  return tlsConnect({ ...tls, ...way, ...servername, rejectUnauthorized, ALPNProtocols: ['h2'] })
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function tunnel(url: URL, proxy: URL, limitMs: number): Promise<Duplex> {
  const authority = `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`
  return new Promise((resolve, reject) => {
    openTunnel(proxy, authority, limitMs, (error, socket) => (socket === null ? reject(error) : resolve(socket)))
  })
}

/** The reason of a failure, with a hint where the server speaks another protocol. */
export function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ERR_HTTP2_ERROR' || /protocol error|no application protocol/i.test(message))
    return `${HINT} (${message})`
  return message || code || 'unknown network failure'
}
