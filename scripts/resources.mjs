// What an openai package can do over HTTP: every method of its resources, its request, and whether its answer type has `usage`.
// `node scripts/resources.mjs --new [VERSION]` says what is new in a release (default the newest) since the newest that is tested;
// `--write` writes the table of docs/compatibility.md.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url))
const REQUEST = /[cC]lient\s*\.(get|post|put|patch|delete|getAPIList)\(\s*(?:path\s*)?[`']([^`']+)[`']/
const MAX_DEPTH = 4
const DOCUMENT = fileURLToPath(new URL('../docs/compatibility.md', import.meta.url))
/** The begin of the table in it. */
export const TITLE = '## Every method of openai'

/** The newest openai of the fixtures: the last version tested. */
export function newestTested() {
  const versions = readdirSync(FIXTURES).flatMap((name) => /^openai-(\d+\.\d+\.\d+)$/.exec(name)?.[1] ?? [])
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
}

/** The folder of a tested openai. */
export function testedFolder(version) {
  return join(FIXTURES, `openai-${version}`, 'node_modules', 'openai')
}

/**
 * Every method of an openai package's resources: `{ name: 'chat.completions.create', verb: 'POST', path: '/chat/completions',
 * hasUsage: true }`. Ids in the path are `ID`; a helper that makes other methods' requests has no verb and no path.
 */
export async function resourceMethods(folder) {
  const { default: OpenAI } = await import(pathToFileURL(join(folder, 'index.mjs')).href)
  const client = new OpenAI({ apiKey: 'not-a-key', adminAPIKey: 'not-a-key' })
  const sources = [...sourcesOf(join(folder, 'resources')), ...sourcesOf(join(folder, 'lib'))]
  return methodsBelow(client, '', sources, 0).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function methodsBelow(owner, prefix, sources, depth) {
  const found = []
  for (const [key, resource] of Object.entries(owner)) {
    if (key.startsWith('_') || typeof resource !== 'object' || resource === null || !resource._client) continue
    for (const name of methodNames(resource)) found.push(describe(`${prefix}${key}.${name}`, resource, name, sources))
    if (depth < MAX_DEPTH) found.push(...methodsBelow(resource, `${prefix}${key}.`, sources, depth + 1))
  }
  return found
}

/** Own methods and those of bases that are resources themselves. */
function methodNames(resource) {
  const names = new Set()
  let prototype = Object.getPrototypeOf(resource)
  while (prototype && prototype.constructor.name !== 'APIResource' && prototype !== Object.prototype) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const { value } = Object.getOwnPropertyDescriptor(prototype, name)
      if (typeof value === 'function' && name !== 'constructor' && !name.startsWith('_')) names.add(name)
    }
    prototype = Object.getPrototypeOf(prototype)
  }
  return [...names]
}

function describe(fullName, resource, name, sources) {
  const code = resource[name].toString()
  const [, method, path] = REQUEST.exec(code) ?? REQUEST.exec(ownFunction(code, sources)) ?? []
  if (method === undefined) return { name: fullName, verb: null, path: null, hasUsage: false }
  const own = code.includes(path) ? path : code.slice(code.indexOf('{'))
  const source = sources.find(
    (one) => one.code.includes(`class ${resource.constructor.name} `) && one.code.includes(own),
  )
  return {
    name: fullName,
    verb: method === 'getAPIList' ? 'GET' : method.toUpperCase(),
    path: path.replace(/\$\{[^}]*\}/g, 'ID').replace(/\?.*$/, ''),
    hasUsage: source !== undefined && answersOf(source.types, resource.constructor.name, name).some(typeHasUsage),
  }

  function typeHasUsage(type, depth = 0) {
    return hasUsage(type, source, sources, depth)
  }
}

/** The function of its file that a method hands its client to. */
function ownFunction(code, sources) {
  const name = /\b(\w+)\(this\._client,/.exec(code)?.[1]
  const begin = `function ${name}(`
  const source = sources.find((one) => name !== undefined && one.code.includes(begin))
  return source?.code.slice(source.code.indexOf(begin)) ?? ''
}

/** The code and the types of every file below a folder. */
function sourcesOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.mjs') && !file.endsWith('.d.mjs'))
    .map((file) => {
      const path = join(folder, file)
      return { path, code: readFileSync(path, 'utf8'), types: readFileSync(path.replace(/\.mjs$/, '.d.mts'), 'utf8') }
    })
}

/** Names of the types that a method's promise may give. */
function answersOf(types, className, method) {
  const body = new RegExp(`^export declare class ${className} [\\s\\S]*?^}`, 'm').exec(types)?.[0] ?? ''
  const signatures = body.match(new RegExp(`^ {4}${method}(?:<[^>]*>)?\\([\\s\\S]*?>;$`, 'gm')) ?? []
  const promised = signatures.flatMap((one) => /APIPromise<([\s\S]*)>;$/.exec(one)?.[1]?.match(/[A-Za-z_.]+/g) ?? [])
  // `Response` alone is that of fetch where the file makes or takes none of its own.
  return promised.filter((type) => {
    const isKnown = new RegExp(`\\b(?:interface|type) ${type}\\b|^import [^;]*\\b${type}\\b`, 'm')
    return type.includes('.') || isKnown.test(types)
  })
}

/** Says whether a type, or one that it is made of, has `usage` of its own. */
function hasUsage(type, from, sources, depth) {
  const name = type.split('.').at(-1)
  const pattern = new RegExp(`^export (?:interface|type) ${name}(?:<[^>]*>)?[ =][\\s\\S]*?(?:^}|;$)`, 'm')
  const near = [from, ...sources.filter(({ path }) => dirname(path) === dirname(from.path)), ...sources]
  const text = near.map(({ types }) => pattern.exec(types)?.[0]).find(Boolean)
  if (text === undefined || depth > 3) return false
  if (text.includes('{')) {
    const whole = near.map(({ types }) => new RegExp(`^export interface ${name}[ <][\\s\\S]*?^}`, 'm').exec(types)?.[0])
    const body = whole.find(Boolean) ?? ''
    const bases = /extends ([^{]*)\{/.exec(body)?.[1]?.match(/[A-Za-z_.]+/g) ?? []
    return /^ {4}usage\??:/m.test(body) || bases.some((base) => hasUsage(base, from, sources, depth + 1))
  }
  const parts = text.slice(text.indexOf('=')).match(/[A-Za-z_.]+/g) ?? []
  return parts.some((part) => hasUsage(part, from, sources, depth + 1))
}

/** How a call of each kind is recorded, in words. */
const KINDS = {
  call: 'recorded',
  read: 'recorded as a read: tokens only of what was made in the background, once',
  unsure: 'recorded when a model is named or the answer has usage',
  none: 'with `NEATLOGS_CAPTURE=all`',
}

/** Every class of an openai package that speaks over a socket: `{ name: 'ResponsesWS', file: 'resources/responses/ws.mjs' }`. */
export function socketClasses(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.mjs'))
  return files.sort().flatMap((file) => {
    if (/^(?:internal|node_modules)/.test(file)) return []
    const found = readFileSync(join(folder, file), 'utf8').matchAll(/^export class (\w+(?:WS|WebSocket|WebRTC))\b/gm)
    return [...found].map(([, name]) => ({ name, file }))
  })
}

/**
 * The tables of docs/compatibility.md: every method and every socket class, and how it is recorded. `kindOf` is that of
 * src/decode/endpoints.ts, `wrapped` the ES modules of src/openai/targets.ts.
 */
export function resourceTable(version, methods, kindOf, sockets, wrapped) {
  const classes = sockets.map(({ name, file }) => {
    const isWrapped = wrapped.some((one) => one.file === file && one.report === name)
    return `| \`${name}\` | \`openai/${file.replace(/\.mjs$/, '')}\` | ${isWrapped ? 'each response is a record' : 'not recorded'} |`
  })
  const rows = methods.map(({ name, verb, path }) => {
    const how = verb === null ? 'as the calls that it makes' : KINDS[kindOf(verb, path)]
    return `| \`${name}\` | ${verb === null ? '' : `${verb} ${path}`} | ${how} |`
  })
  return `${TITLE} ${version}

Written by \`node scripts/resources.mjs --write\`, checked by test/integration/resources.test.ts.

| method | request | how it is recorded |
| --- | --- | --- |
${rows.join('\n')}

| socket class | module | how it is recorded |
| --- | --- | --- |
${classes.join('\n')}
`
}

/** Writes the table below what the matrix has written. */
async function writeTable() {
  const { kindOf } = await import(new URL('../dist/decode/endpoints.js', import.meta.url).href)
  const { OPENAI_TARGET } = await import(new URL('../dist/openai/targets.js', import.meta.url).href)
  const version = newestTested()
  const folder = testedFolder(version)
  const methods = await resourceMethods(folder)
  const table = resourceTable(version, methods, kindOf, socketClasses(folder), OPENAI_TARGET.esm)
  const [head] = readFileSync(DOCUMENT, 'utf8').split(`${TITLE} `)
  writeFileSync(DOCUMENT, `${head.trimEnd()}\n\n${table}`)
}

/** Installs a release in a folder of its own, and says what it has that the newest tested one has not. */
async function sayNew(version) {
  const place = mkdtempSync(join(tmpdir(), 'neatlogs-openai-'))
  try {
    const wanted = `openai@${version}`
    execFileSync('npm', ['install', '--silent', '--ignore-scripts', '--legacy-peer-deps', '--prefix', place, wanted])
    const folder = join(place, 'node_modules', 'openai')
    const released = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
    const tested = newestTested()
    const known = new Map((await resourceMethods(testedFolder(tested))).map((one) => [one.name, JSON.stringify(one)]))
    const fresh = (await resourceMethods(folder)).filter((one) => known.get(one.name) !== JSON.stringify(one))
    console.log(`openai ${released}, since ${tested}: ${fresh.length === 0 ? 'no new method' : `${fresh.length} new`}`)
    for (const { name, verb, path, hasUsage } of fresh) {
      console.log(`  ${name}: ${verb ? `${verb} ${path}` : 'helper'}${hasUsage ? ', has usage' : ''}`)
    }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [flag, version = 'latest'] = process.argv.slice(2)
  if (flag === '--new') await sayNew(version)
  else if (flag === '--write') await writeTable()
  else for (const one of await resourceMethods(testedFolder(newestTested()))) console.log(JSON.stringify(one))
}
