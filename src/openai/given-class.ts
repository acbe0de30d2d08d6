// Step 2 for classes that the program gives: in a bundle no hook sees them. In: a class, a module or a client. Out: client
// classes. Main thread.
import type { ClassSource } from './patch.ts'

interface ClientPrototype {
  readonly makeRequest?: unknown
  readonly createCompletion?: unknown
  readonly getUserAgent?: unknown
}

const EXPORTS = ['OpenAI', 'AzureOpenAI', 'OpenAIApi', 'default'] as const

/** Gives the client classes in a value; none for what is no openai. Reads data only, runs no constructor. */
export function classesOf(openai: unknown): readonly ClassSource[] {
  const found = new Set<unknown>()
  if (isClientClass(openai)) found.add(openai)
  else if (typeof openai === 'object' && openai !== null) {
    const owner = (Object.getPrototypeOf(openai) as { constructor?: unknown } | null)?.constructor
    if (isClientClass(owner)) found.add(owner)
    else for (const name of EXPORTS) addClass(found, (openai as { [name: string]: unknown })[name])
  }
  return [...found].map((exported) => ({ exported, version: versionOf(exported), file: null, format: null }))
}

/** A module's `default` may be the class or, from CommonJS, the module itself. */
function addClass(found: Set<unknown>, value: unknown): void {
  if (isClientClass(value)) found.add(value)
  else if (typeof value === 'object' && value !== null) {
    const inner = (value as { OpenAI?: unknown }).OpenAI
    if (isClientClass(inner)) found.add(inner)
  }
}

/** Other SDKs are made by the same generator and have the same methods: `OpenAI.OpenAI` (v4 on) tells them apart. */
function isClientClass(value: unknown): boolean {
  if (typeof value !== 'function') return false
  const prototype = value.prototype as ClientPrototype | null | undefined
  if (typeof prototype !== 'object' || prototype === null) return false
  if (typeof prototype.createCompletion === 'function') return true
  return typeof prototype.makeRequest === 'function' && typeof (value as { OpenAI?: unknown }).OpenAI === 'function'
}

/** Every client since v4 says `OpenAI/JS 6.49.0` to the server; that is all a bundle has kept of the version. */
function versionOf(exported: unknown): string | null {
  try {
    const { prototype } = exported as { prototype: { getUserAgent?: (this: object) => unknown } }
    const agent = prototype.getUserAgent?.call({ constructor: { name: 'OpenAI' } })
    return typeof agent === 'string' ? (/^OpenAI\/JS (\S+)$/.exec(agent)?.[1] ?? null) : null
  } catch {
    return null // a subclass of the program's own that needs more than its class
  }
}
