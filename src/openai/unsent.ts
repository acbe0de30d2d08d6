// What is known of a call that failed before its request left: the request that the SDK had prepared, else the SDK's options. Main
// thread, error path only.
import { toJson } from '../originals.ts'
import type { Call } from './open-calls.ts'
import type { RequestInitLike } from './request.ts'

const { isProxy } = process.getBuiltinModule('node:util/types')
const MAX_DEPTH = 64

/** The request as it would have left, for its open frame. */
export function unsentRequest({ client, options, prepared }: Call): readonly [string, RequestInitLike] {
  const { baseURL } = client as { baseURL?: unknown }
  const { path, method, body } = (options ?? {}) as { path?: unknown; method?: unknown; body?: unknown }
  const wanted = typeof path === 'string' ? path : ''
  const base = typeof baseURL === 'string' && !/^https?:/.test(wanted) ? baseURL.replace(/\/$/, '') : ''
  const verb = typeof method === 'string' ? method : 'POST'
  if (prepared !== null) return [prepared.url ?? `${base}${wanted}`, { method: verb, ...prepared.init }]
  return [`${base}${wanted}`, { method: verb, body: isPlain(body) ? toJson(dataOf(body, 0)) : body }]
}

function isPlain(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || isProxy(body)) return false
  const prototype: unknown = Object.getPrototypeOf(body)
  return prototype === null || Object.getPrototypeOf(prototype) === null || Array.isArray(body)
}

/** What of a value is data: no getter and no `toJSON` of the program's runs, since without us none would have. */
function dataOf(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint' || typeof value === 'function') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (!isPlain(value) || depth > MAX_DEPTH) return null
  const fields = Object.entries(Object.getOwnPropertyDescriptors(value))
  const kept = fields.filter(([, { enumerable, value }]) => enumerable && value !== undefined)
  const data = kept.map(([name, field]) => [name, dataOf(field.value, depth + 1)] as const)
  return Array.isArray(value) ? data.map(([, item]) => item) : Object.fromEntries(data)
}
