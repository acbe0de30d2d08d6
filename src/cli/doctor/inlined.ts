// Doctor, openai inside a bundle: what the files of a program say, and whether this Node shows its requests. In: the program's file. Out:
// findings. Reads files only; one request is made and given up before it is sent.
import { readdirSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { basename, dirname, extname, join } from 'node:path'
import { runtimeOf } from '../../node-features.ts'
import { type Finding, say } from './finding.ts'
import { runtimeName } from './node.ts'
import { readText } from './packages.ts'

const ENDINGS: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'])
/** Chunks lie beside the entry or below it; a large server has some hundred. */
const MAX_FILES = 2000
const MAX_BYTES = 64 * 1024 * 1024

/** openai inside a file, and by what of Node it sends. Null `by`: openai 3, which does not say on the wire who it is. */
export interface Inlined {
  readonly file: string
  readonly by: 'fetch' | 'http' | null
}

/** Whether a file holds openai: no minifier changes the names of its headers. Other SDKs of the same generator have other paths. */
export function inlinedIn(file: string, text: string): Inlined | null {
  if (!text.includes('/chat/completions')) return null
  if (/x-stainless-package-version/i.test(text)) return { file, by: text.includes('openai/shims/') ? 'http' : 'fetch' }
  return /OpenAI\/NodeJS\//.test(text) && /createChatCompletion\b/.test(text) ? { file, by: null } : null
}

/** What will be seen of openai inside a file. */
export async function judgeInlined({ file, by }: Inlined): Promise<Finding> {
  if (by === null) return say('OPENAI_INLINED_OLD', { file })
  const runtime = runtimeName()
  const isSeen = runtimeOf() === 'node' && (by === 'http' ? await isHttpTold() : isShownByWire(await makeRequest()))
  const how = by === 'http' ? 'node:http' : 'fetch'
  return say(isSeen ? 'OPENAI_INLINED' : 'OPENAI_INLINED_UNSEEN', { file, how, runtime })
}

/** Chunks that no text names lie beside the entry or below it. */
export function findInlined(app: string): Inlined | null {
  const files = statSync(app, { throwIfNoEntry: false })?.isFile() ? [app] : []
  let bytes = 0
  for (const file of [...files, ...filesBelow(dirname(app))].slice(0, MAX_FILES)) {
    bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (bytes > MAX_BYTES) return null
    const found = inlinedIn(file, readText(file))
    if (found !== null) return found
  }
  return null
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of list(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules' && basename(path) !== '.git') yield* filesBelow(path)
    else if (entry.isFile() && ENDINGS.has(extname(entry.name))) yield path
  }
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return [] // not ours to read
  }
}

/** `fetch` makes its request before it returns: nothing has been sent when it is given up. */
async function makeRequest(): Promise<object | null> {
  const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel')
  let made: object | null = null
  const take = (message: unknown): void => {
    made ??= (message as { request: object }).request
  }
  subscribe('undici:request:create', take)
  const left = new AbortController()
  const fetched = fetch('http://127.0.0.1:65535', { signal: left.signal }).catch(() => {})
  unsubscribe('undici:request:create', take)
  left.abort()
  await fetched
  return made
}

/** The methods that src/openai/wire-undici.ts watches. */
function isShownByWire(request: object | null): boolean {
  const methods = (request ?? {}) as { readonly [name: string]: unknown }
  return typeof methods.onData === 'function' || typeof methods.onResponseData === 'function'
}

/** node:http tells of a request when it is made (Node 22 and later) or has been written (20): to a server of our own. */
async function isHttpTold(): Promise<boolean> {
  const { subscribe } = process.getBuiltinModule('node:diagnostics_channel')
  const http = process.getBuiltinModule('node:http')
  let isTold = false
  const take = (): void => {
    isTold = true
  }
  for (const name of ['http.client.request.created', 'http.client.request.start']) subscribe(name, take)
  const server = http.createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => {
    http
      .get({ port, host: '127.0.0.1', agent: false }, (response) => response.resume().once('close', resolve))
      .once('error', resolve)
  })
  server.close()
  return isTold
}
