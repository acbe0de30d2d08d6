// Deliver: one POST over node:http(s) with keep-alive. Worker thread. In: bytes. Out: the answer, or why there is none.
// node:http costs a quarter of fetch here. Nothing of a request is ever logged: its headers hold the key.
import type { Agent, ClientRequest, RequestOptions } from 'node:http'
import { isMainThread } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import type { Environment } from '../options/options.ts'
import { describeFailure, type HttpResult, readAnswer } from './http-answer.ts'
import { chooseProxy, credentialsOf, moduleFor, proxyHeaders, tunnelAgent } from './proxy.ts'
import { VERSION } from './version.ts'

/** Time until a connection (TLS and proxy included) stands, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000
const AGENT_OPTIONS = { keepAlive: true, maxFreeSockets: 2, scheduling: 'lifo' } as const

const TLS_SWITCH = 'NODE_TLS_REJECT_UNAUTHORIZED'
const TRUSTS_ANYBODY = process.env[TLS_SWITCH] === '0'
// node:tls warns on stderr wherever it finds this at 0, used or not. The program has its own warning if it uses TLS; a worker's
// environment is a copy, so taking it out changes nothing for the program.
if (!isMainThread) delete process.env[TLS_SWITCH]

export interface HttpSettings {
  readonly url: URL
  readonly headers: { readonly [name: string]: string }
  readonly env: Environment
  /** Longest time from request to the end of the answer, in milliseconds. */
  readonly timeoutMs: number
  readonly gzip: boolean
  /** PEM texts; absent: Node's roots and `NODE_EXTRA_CA_CERTS`. */
  readonly tls?: { readonly ca?: string; readonly key?: string; readonly cert?: string }
  /** Default 10,000. */
  readonly connectTimeoutMs?: number
}

export interface HttpClient {
  readonly warnings: readonly string[]
  /** Never rejects. `patience`: times the usual limit that an answer is waited for, default 1. */
  post(body: Uint8Array, contentType: string, patience?: number): Promise<HttpResult>
  close(): void
}

/** Opens a client for one URL. Proxy variables are read now. */
export function openHttp(settings: HttpSettings): HttpClient {
  const { proxy, warning } = chooseProxy(settings.url, settings.env)
  const agent = openAgent(settings, proxy)
  const target = describeTarget(settings, proxy)
  let isClosed = false
  return {
    warnings: warning === null ? [] : [warning],
    post: async (body, contentType, patience = 1) => {
      const bytes = settings.gzip ? gzipSync(body) : body
      const headers = {
        ...target.headers,
        'Content-Type': contentType,
        'Content-Length': String(bytes.length),
        ...(settings.gzip ? { 'Content-Encoding': 'gzip' } : {}),
      }
      const limits = { ...settings, timeoutMs: settings.timeoutMs * patience }
      const send = () => attempt({ ...target, headers, agent }, bytes, limits)
      const first = await send()
      // A kept socket that the server has closed meanwhile says nothing about the server: once more, at once.
      return first.kind === 'failure' && first.isStale && !isClosed ? send() : first
    },
    close: () => {
      isClosed = true
      agent.destroy()
    },
  }
}

/** True when the program's environment says that certificates are not to be checked. */
export function trustsAnybody(env: Environment): boolean {
  return TRUSTS_ANYBODY || env[TLS_SWITCH] === '0'
}

function openAgent(settings: HttpSettings, proxy: URL | null): Agent {
  const rejectUnauthorized = !trustsAnybody(settings.env)
  const tls = { ...AGENT_OPTIONS, ...settings.tls, rejectUnauthorized }
  const first = proxy !== null && settings.url.protocol === 'http:' ? proxy : settings.url
  if (first.protocol === 'http:') return new (moduleFor('http:').Agent)(AGENT_OPTIONS)
  if (proxy === null || first === proxy) return new (moduleFor('https:').Agent)(tls)
  return tunnelAgent(proxy, settings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, tls)
}

function describeTarget({ url, headers }: HttpSettings, proxy: URL | null): RequestOptions & { headers: object } {
  const isForwarded = proxy !== null && url.protocol === 'http:'
  const host = isForwarded ? proxy : url
  const path = `${url.pathname}${url.search}`
  return {
    method: 'POST',
    protocol: host.protocol,
    host: host.hostname.replace(/^\[|\]$/g, ''),
    port: host.port || (host.protocol === 'https:' ? 443 : 80),
    path: isForwarded ? `${url.origin}${path}` : path,
    auth: credentialsOf(url),
    headers: {
      ...headers,
      ...(isForwarded ? proxyHeaders(proxy) : {}),
      Host: url.host,
      'User-Agent': `neatlogs-node/${VERSION}`,
    },
  }
}

type Attempt = HttpResult & { readonly isStale?: boolean }

function attempt(options: RequestOptions, body: Uint8Array, settings: HttpSettings): Promise<Attempt> {
  return new Promise((resolve) => {
    let request: ClientRequest
    try {
      request = moduleFor(options.protocol).request(options)
    } catch (error) {
      // A character that no header may hold: the message names the header, not its value.
      resolve({ kind: 'failure', reason: describeFailure(error), isPermanent: true })
      return
    }
    let lateReason: string | null = null
    const give = (ms: number, reason: string) =>
      setTimeout(() => {
        lateReason = reason
        request.destroy(new Error(reason))
      }, ms)
    const connectMs = Math.min(settings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, settings.timeoutMs)
    const connectTimer = give(connectMs, `no connection within ${connectMs} ms`)
    const answerTimer = give(settings.timeoutMs, `no answer within ${settings.timeoutMs} ms`)
    const finish = (result: Attempt): void => {
      clearTimeout(connectTimer)
      clearTimeout(answerTimer)
      const isTimeout = lateReason !== null
      resolve(result.kind === 'failure' ? { ...result, reason: lateReason ?? result.reason, isTimeout } : result)
    }
    request.once('socket', (socket) => whenConnected(socket, () => clearTimeout(connectTimer)))
    let hasAnswer = false
    request.on('error', (error: NodeJS.ErrnoException) => {
      // A server that refuses by the length alone closes while the body is on its way: what it said counts.
      if (hasAnswer) return
      const isReset = error.code === 'ECONNRESET' || error.code === 'EPIPE'
      const reason = describeFailure(error)
      finish({ kind: 'failure', reason, isPermanent: false, isStale: request.reusedSocket && isReset })
    })
    request.once('response', (response) => {
      hasAnswer = true
      void readAnswer(response).then((result) => {
        // Answered before the body had left: what is left of it would keep the connection, and go nowhere.
        if (!request.writableFinished) request.destroy()
        finish(result)
      })
    })
    request.once('close', () => {
      // A switch of protocols (101) ends without a word.
      if (!hasAnswer) finish({ kind: 'failure', reason: 'closed without an answer', isPermanent: false })
    })
    request.end(body)
  })
}

function whenConnected(socket: NodeJS.EventEmitter, done: () => void): void {
  const { connecting, secureConnecting } = socket as { connecting?: boolean; secureConnecting?: boolean }
  if (secureConnecting) socket.once('secureConnect', done)
  else if (connecting) socket.once('connect', done)
  else done()
}
