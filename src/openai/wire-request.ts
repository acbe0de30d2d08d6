// What the wire knows of a request before it is sent: whose it is, and what tells a retry. In: undici's request or node:http's. Out:
// the same few facts of both. Main thread.
import type { ClientRequest } from 'node:http'
import { kindOf } from '../decode/endpoints.ts'
import { currentSinks } from './sinks.ts'
import type { UndiciRequest } from './wire-state.ts'

export interface WireRequest {
  readonly verb: string
  readonly url: string
  readonly headers: {
    get(name: string): string | null
    entries(): readonly (readonly [name: string, value: unknown])[]
  }
  /** `x-stainless-retry-count`; null before openai 4.57. */
  readonly retry: string | null
  readonly sdk: string | null
  /** Its body, the same object when a request is made anew below the SDK (HTTP/2 refused). */
  readonly source: object | null
}

/** SDKs of the same generator that have openai's paths: not the package that is recorded. A minifier takes their names away. */
const OTHERS =
  /^(Groq|Cerebras|Together|Anthropic|Perplexity|Writer|Llama|SambaNova|Gradient|Baseten|Nebius|Runloop)\w*\/JS /

const OPENAI = /^(Azure|Bedrock)?OpenAI\/JS /

/** Reads an undici request. */
export function readUndici(request: UndiciRequest): WireRequest {
  const { headers, body, method, path } = request
  const origin = request.origin instanceof URL ? request.origin.origin : String(request.origin)
  const lines = typeof headers === 'string' ? headers.split('\r\n').flatMap(splitLine) : headers
  const url = /^https?:/.test(path) ? path : origin + path // a plain proxy is asked for the whole URL
  const entries = (): [string, unknown][] =>
    lines.flatMap((name, at) => (at % 2 === 0 ? [[String(name), lines[at + 1]] as [string, unknown]] : []))
  return describe(method, url, { get: (name) => findHeader(lines, name), entries }, isObject(body) ? body : null)
}

/** Reads a request of node:http. */
export function readHttp(request: ClientRequest): WireRequest {
  const get = (name: string): string | null => {
    const value = request.getHeader(name)
    return value === undefined ? null : String(value)
  }
  const url = `${request.protocol}//${get('host') ?? request.host}${request.path}`
  return describe(request.method, url, { get, entries: () => Object.entries(request.getHeaders()) }, null)
}

/** Says whether it is a call that somebody may want recorded. Other SDKs of the same generator have other paths or names. */
export function isOurs({ verb, url, headers }: WireRequest): boolean {
  if (headers.get('x-stainless-lang') !== 'js' || headers.get('anthropic-version') !== null) return false
  if (OTHERS.test(headers.get('user-agent') ?? '')) return false
  const query = url.indexOf('?')
  const kind = kindOf(verb, query < 0 ? url : url.slice(0, query))
  // An endpoint that nobody has told us of may be another SDK's.
  const isKnown = kind === 'unsure' ? OPENAI.test(headers.get('user-agent') ?? '') : kind !== 'none'
  return isKnown || currentSinks().some((sink) => sink.captureAll)
}

/** The client as a call knows it: its keys are masked where a server may echo them, and go with the call. */
export function clientOf({ headers }: WireRequest): object {
  const bearer = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  const apiKey = bearer ?? headers.get('api-key') ?? undefined
  return { apiKey, _options: { defaultHeaders: Object.fromEntries(headers.entries()) } }
}

function describe(method: string, url: string, headers: WireRequest['headers'], source: object | null): WireRequest {
  return {
    verb: method.toUpperCase(),
    url: URL.canParse(url) ? new URL(url).href : url,
    headers,
    retry: headers.get('x-stainless-retry-count'),
    sdk: headers.get('x-stainless-package-version'),
    source,
  }
}

/** Names and values in turn, as undici keeps them; a value may be a list. */
export function findHeader(lines: readonly unknown[], name: string): string | null {
  for (let at = 0; at < lines.length; at += 2) {
    if (String(lines[at]).toLowerCase() === name) return String(lines[at + 1])
  }
  return null
}

function splitLine(line: string): string[] {
  const at = line.indexOf(':')
  return at < 0 ? [] : [line.slice(0, at), line.slice(at + 1).trim()]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
