// Deliver: the way through an HTTP proxy. Worker thread. In: the URL to reach and the proxy variables of an environment.
// Own code, not `https-proxy-agent`: that prints the proxy's password when the user sets DEBUG, and reads process.env.
import type { Agent, AgentOptions, RequestOptions } from 'node:https'
import { BlockList, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Environment } from '../options/options.ts'

/**
 * Node's module for a protocol, when it is needed: an `import` of `node:http` asks for all it exports, and loads undici for its `WebSocket`
 * (43 ms and 14 MB on Node 24); `node:https` is TLS, 13 ms and 5 MB.
 */
export function moduleFor(protocol: string | null | undefined): typeof import('node:https') {
  return process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http') as typeof import('node:https')
}

/** The proxy for a URL, null when it is reached directly; `warning` when one is set that we cannot use. */
export interface ProxyChoice {
  readonly proxy: URL | null
  readonly warning: string | null
}

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, lower case first as curl does. As in Go, this machine
 * itself is never reached through a proxy. A proxy without a scheme is an http one.
 */
export function chooseProxy(target: URL, env: Environment): ProxyChoice {
  const names = [target.protocol === 'https:' ? 'https_proxy' : 'http_proxy', 'all_proxy']
  const name = names.flatMap((lower) => [lower, lower.toUpperCase()]).find((key) => env[key]?.trim())
  if (name === undefined || isExcluded(target, env)) return { proxy: null, warning: null }
  const text = env[name]?.trim() ?? ''
  const full = text.includes('://') ? text : `http://${text}`
  const proxy = URL.canParse(full) ? new URL(full) : null
  if (proxy !== null && /^https?:$/.test(proxy.protocol)) return { proxy, warning: null }
  const kind = proxy === null ? 'is not a URL' : `is a ${proxy.protocol} proxy`
  return { proxy: null, warning: `${name} ${kind}; only http and https proxies can be used, connecting directly` }
}

function isExcluded(target: URL, env: Environment): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\./.test(host)) return true
  const list = env.no_proxy?.trim() || env.NO_PROXY?.trim() || ''
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && matches(entry, host, port))
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInSubnet(entry, host)
  const withPort = /^(.+?):(\d+)$/.exec(entry)
  const isBareIpv6 = isIP(entry) === 6
  if (withPort && !isBareIpv6 && withPort[2] !== port) return false
  const name = (withPort && !isBareIpv6 ? (withPort[1] as string) : entry).replace(/^\[|\]$/g, '').replace(/^\*?\./, '')
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`))
}

function isInSubnet(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/')
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(host) === 0 || isIP(network) === 0 || isIP(host) !== isIP(network)) return false
  const prefix = Number(bits)
  if (bits === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > (family === 'ipv6' ? 128 : 32)) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return list.check(host, family)
}

/** Headers that a proxy wants of us: its own user and password, never the target's. */
export function proxyHeaders(proxy: URL): { [name: string]: string } {
  const credentials = credentialsOf(proxy)
  return credentials === null ? {} : { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/** `user:password` of a URL, decoded; as written where a `%` stands for itself. Null when it has none. */
export function credentialsOf(url: URL): string | null {
  if (url.username === '' && url.password === '') return null
  const written = `${url.username}:${url.password}`
  try {
    return decodeURIComponent(written)
  } catch {
    return written
  }
}

/** Opens a way to `authority` (`host:port`) through a proxy by `CONNECT`; `done` gets the socket, or why there is none. */
export function openTunnel(
  proxy: URL,
  authority: string,
  timeoutMs: number,
  done: (error: Error | null, socket: Duplex | null) => void,
): void {
  const request = moduleFor(proxy.protocol).request({
    method: 'CONNECT',
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    path: authority,
    headers: { Host: authority, ...proxyHeaders(proxy) },
    agent: false,
    timeout: timeoutMs,
  })
  request.once('timeout', () => request.destroy(new Error('the proxy did not answer in time')))
  request.once('error', (error) => done(error, null))
  request.once('connect', (answer, socket, head) => {
    if (answer.statusCode === 200) {
      socket.setTimeout(0)
      // What a server that speaks first (HTTP/2) has said already.
      if (head.length > 0) socket.unshift(head)
      done(null, socket)
      return
    }
    socket.destroy()
    done(new Error(`the proxy answered ${answer.statusCode} to CONNECT ${authority}`), null)
  })
  request.end()
}

type Created = (error: Error | null, socket: Duplex) => void

/** An agent whose connections are TLS to the target inside a `CONNECT` tunnel of the proxy. */
export function tunnelAgent(proxy: URL, connectTimeoutMs: number, options: AgentOptions): Agent {
  const agent = new (moduleFor('https:').Agent)(options)
  /** Called by node:http for each new connection; `done` gets the socket, or why there is none. */
  const createConnection = (options: RequestOptions, created?: Created): undefined => {
    const host = String(options.host)
    const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${options.port}`
    openTunnel(proxy, authority, connectTimeoutMs, (error, socket) => {
      // node:http reads no socket when there is an error; the type does not say so.
      if (socket === null) created?.(error, undefined as never)
      // `options` holds the target's `servername`, which node:https has worked out from its Host header.
      else created?.(null, process.getBuiltinModule('node:tls').connect({ ...(options as object), socket }))
    })
  }
  return Object.assign(agent, { createConnection })
}
