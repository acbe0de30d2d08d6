// What stands under a secret name, parsed: texts and numbers go, and the schema of a tool's parameter of that name stays. Leaf of the
// house: any thread.
import { isObject, type JsonObject, mapJson } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { isPlainHeader } from './names.ts'
import { CENSOR } from './shapes.ts'

/** What a JSON schema says of a value. `default`, `const` and `examples` are values: one of a password is one. */
const SCHEMA_WORDS: ReadonlySet<string> = new Set(
  (
    '$ref $defs $id $schema $comment type title description format pattern items properties required additionalProperties anyOf oneOf allOf not ' +
    'enum minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum minItems maxItems uniqueItems multipleOf nullable deprecated ' +
    'readOnly writeOnly patternProperties propertyNames minProperties maxProperties contentEncoding strict if then else'
  ).split(' '),
)
const SCHEMA_TYPES: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

/** True for the schema of a parameter: only words of a schema, and a type, when it has one, that schemas know. */
export function isSchema(value: unknown): boolean {
  if (!isObject(value)) return false
  const names = Object.keys(value)
  if (names.length === 0 || !names.every((name) => SCHEMA_WORDS.has(name))) return false
  const types = Array.isArray(value.type) ? value.type : value.type === undefined ? [] : [value.type]
  return types.every((type) => typeof type === 'string' && SCHEMA_TYPES.has(type))
}

/** Masks every text and number below a value; `taken` hears of the texts. */
export function censorAll(value: unknown, taken: (text: string) => void = () => {}): Json {
  return mapJson(value as Json, (inner) => {
    if (typeof inner === 'number') return CENSOR
    if (typeof inner !== 'string' || inner === '' || inner === CENSOR) return undefined
    taken(inner)
    return CENSOR
  })
}

/** Masks the headers that a request hands to a tool, but for those that say nothing secret. */
export function censorHeaders(headers: unknown, taken: (text: string) => void = () => {}): Json {
  if (!isObject(headers)) return Array.isArray(headers) ? censorAll(headers, taken) : (headers as Json)
  const masked = Object.entries(headers).map(([name, value]) => {
    return [name, isPlainHeader(name) ? value : censorAll(value, taken)] as const
  })
  return Object.fromEntries(masked) as JsonObject
}
