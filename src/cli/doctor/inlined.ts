// Doctor, openai inside a bundle: what the files of a program say, and whether this Node shows its requests. In: the program's file. Out:
// findings. Reads files only; one request is made and given up before it is sent.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { type Finding, say } from './finding.ts'

const ENDINGS: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'])
/** Chunks lie beside the entry or below it; a large server has some hundred. */
const MAX_FILES = 2000
const MAX_BYTES = 64 * 1024 * 1024

/** Whether openai is inside the program's own files: no minifier changes the names of its headers. */
export async function checkInlined(app: string): Promise<Finding[]> {
  const file = findInlined(app)
  if (file === null) return []
  if (!isShownByWire(await makeRequest())) return [say('OPENAI_INLINED_UNSEEN', { file, node: process.versions.node })]
  return [say('OPENAI_INLINED', { file })]
}

function findInlined(app: string): string | null {
  const files = statSync(app, { throwIfNoEntry: false })?.isFile() ? [app] : []
  let bytes = 0
  for (const file of [...files, ...filesBelow(dirname(app))].slice(0, MAX_FILES)) {
    bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (bytes > MAX_BYTES) return null
    if (holdsClient(readText(file))) return file
  }
  return null
}

/** Other SDKs of the same generator have the headers and other paths. */
function holdsClient(text: string): boolean {
  return /x-stainless-package-version/i.test(text) && text.includes('/chat/completions')
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

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
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
