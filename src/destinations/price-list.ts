// The price list `@pydantic/genai-prices`, as far as it is needed: the providers that are asked for. Whole it is half a megabyte of source text,
// which takes 70 ms to compile and 13 to 18 MB of memory, most of it for models that nobody calls. In: the package's CommonJS file. Worker.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { compileFunction } from 'node:vm'

const PACKAGE = '@pydantic/genai-prices'
/** Where its text names a provider; models have no such field. */
const PATTERN = 'api_pattern:"'
const BEGIN = '{id:"'
/** Providers whose models stand in for those that a provider lacks: the list follows them to any depth. */
const STAND_INS = /fallback_model_providers:\[([^\]]*)\]/
/** It sorts the names of its units by it, which loads ICU's rules for all languages: 8 ms. They are ASCII. */
const COMPARISON = /\b([\w$.]+)\.localeCompare\(([\w$.]+)\)/g
const BY_UNITS = '($1<$2?-1:$1>$2?1:0)'

export interface Provider {
  readonly models?: readonly unknown[]
}

export interface Priced {
  readonly total_price: number
  readonly model_price: { readonly [unit: string]: unknown }
  readonly provider?: Provider
  readonly model?: { readonly prices?: unknown }
}

/** The part of the package that we use (0.1). */
export interface PriceModule {
  calcPrice(
    usage: { readonly [unit: string]: number | undefined },
    model: string,
    options: { readonly providerId?: string; readonly provider?: Provider; readonly timestamp: Date },
  ): Priced | null
  findProvider(options: { readonly providerApiUrl: string }): { readonly id: string } | undefined
}

export interface PriceList {
  /** Id of the provider behind a URL. */
  providerAt(url: string): string | undefined
  /** The package with at least this provider's models. */
  moduleFor(providerId: string): PriceModule
}

/** Finds the package beside neatlogs, else in the working directory. Null when it is not installed. */
export function openPriceList(): PriceList | null {
  const path = findFile()
  if (path === null) return null
  let whole: PriceModule | null = null
  const load = (): PriceModule => {
    whole ??= createRequire(path)(path) as PriceModule
    return whole
  }
  // Its pieces would keep the whole text: places are kept, and what is asked for is read once more.
  const providers = tryTo(() => findProviders(readFileSync(path, 'latin1')))
  const modules = new Map<string, PriceModule>()
  const part = (providerId: string): PriceModule => {
    const known = providers?.some(({ id }) => id === providerId) ? providers : null
    // Not a provider's own id: the list knows other words for it.
    return (known === null ? null : tryTo(() => compile(path, known, providerId))) ?? load()
  }
  return {
    providerAt(url) {
      if (providers === null) return load().findProvider({ providerApiUrl: url })?.id
      return providers.find(({ isAt }) => isAt.test(url))?.id
    },
    moduleFor(providerId) {
      const module = whole ?? modules.get(providerId) ?? part(providerId)
      modules.set(providerId, module)
      return module
    },
  }
}

/** Null for a version of the package that is built in another way: it is loaded whole. */
function tryTo<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

/** Its CommonJS file is half as large as the other. */
function findFile(): string | null {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE)
  } catch {
    // Not installed beside us, as when the preload lies outside of the application.
  }
  try {
    return createRequire(join(process.cwd(), 'neatlogs.js')).resolve(PACKAGE)
  } catch {
    return null // not installed: an optional peer
  }
}

/** Where a provider stands in the file; the file is Latin-1, a byte a character: ids, patterns and prices are ASCII. */
interface Place {
  readonly id: string
  readonly isAt: RegExp
  readonly from: number
  readonly to: number
}

/** The places of all providers, which stand side by side. Throws for a file that is built otherwise. */
function findProviders(text: string): readonly Place[] {
  const starts: number[] = []
  for (let at = text.indexOf(PATTERN); at >= 0; at = text.indexOf(PATTERN, at + 1)) {
    starts.push(text.lastIndexOf(BEGIN, at))
  }
  const [first = -1] = starts
  const last = starts.at(-1) ?? -1
  if (first < 1 || text[first - 1] !== '[') throw new TypeError('not a list of providers')
  const end = endOf(text, last)
  if (text[end] !== ']') throw new TypeError('not the end of a list')
  return starts.map((from, index) => {
    const next = starts[index + 1]
    const to = next === undefined ? end : next - 1
    return { ...describe(text.slice(from, to)), from, to }
  })
}

function describe(text: string): Pick<Place, 'id' | 'isAt'> {
  const at = text.indexOf(PATTERN)
  const [, pattern] = /^api_pattern:("(?:[^"\\]|\\.)*")/.exec(text.slice(at, at + 1000)) ?? []
  const [, id] = /^\{id:("[^"\\]+")/.exec(text) ?? []
  if (pattern === undefined || id === undefined || !text.endsWith('}')) throw new TypeError('not a provider')
  return { id: JSON.parse(id) as string, isAt: new RegExp(`^(?:${JSON.parse(pattern) as string})`) }
}

/** Where an object ends that begins at `start`: behind its last brace. Braces in texts are passed over. */
function endOf(text: string, start: number): number {
  const token = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[{}]/g
  token.lastIndex = start
  let depth = 0
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '{') depth++
    if (found[0] === '}') depth--
    if (depth === 0) return token.lastIndex
  }
  return -1
}

/** Runs the package with these providers alone. Throws when its file is no longer the one that was looked through. */
function compile(path: string, places: readonly Place[], providerId: string): PriceModule {
  const fd = openSync(path, 'r')
  try {
    const textOf = ({ id, from, to }: Place): string => {
      const text = readPart(fd, from, to)
      if (!text.startsWith(`${BEGIN}${id}"`) || !text.endsWith('}')) throw new TypeError('another file')
      return text
    }
    const texts = new Map<string, string>()
    const wanted = [providerId]
    for (const id of wanted) {
      const place = places.find((one) => one.id === id)
      if (place === undefined) continue
      const text = textOf(place)
      texts.set(id, text)
      const [, list = ''] = STAND_INS.exec(text) ?? []
      for (const [, other = ''] of list.matchAll(/"([^"]+)"/g)) if (!wanted.includes(other)) wanted.push(other)
    }
    const inOrder = places.flatMap(({ id }) => texts.get(id) ?? [])
    const before = readPart(fd, 0, places[0]?.from ?? 0)
    const after = readPart(fd, places.at(-1)?.to ?? 0, fstatSync(fd).size)
    return run(`${before}${inOrder.join()}${after.replace(COMPARISON, BY_UNITS)}`, path)
  } finally {
    closeSync(fd)
  }
}

function readPart(fd: number, from: number, to: number): string {
  const bytes = Buffer.allocUnsafe(to - from)
  return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, from))
}

function run(code: string, path: string): PriceModule {
  const exported = {}
  const work = compileFunction(code, ['exports', 'require', 'module'], { filename: path })
  work(exported, createRequire(path), { exports: exported })
  const { calcPrice } = exported as Partial<PriceModule>
  if (typeof calcPrice !== 'function') throw new TypeError('no price list')
  return exported as PriceModule
}
