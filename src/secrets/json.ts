// Scrubs a parsed value: secret fields by name, credentials in its texts. Leaf of the house: any thread.
import { isObject, type JsonObject, mapWith, type Site } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { censorAll, censorHeaders, isSchema } from './censor.ts'
import { isSecretName } from './names.ts'
import { CENSOR, maskSecrets } from './shapes.ts'
import { scrubText } from './text.ts'

/** Scrubs a value. `isServerText`: its strings are not the user's content, so what looks like a key is masked too. */
export function scrubJson(body: Json, isServerText: boolean): Json {
  return mapWith(body, scrubValue, isServerText)
}

function scrubValue(value: Json, { key }: Site, isServerText: boolean): Json | undefined {
  if (typeof value === 'string') return isSecretName(key) && value !== '' ? CENSOR : scrubText(value, isServerText)
  if (value === null || typeof value === 'boolean') return undefined
  if (isSecretName(key)) return isSchema(value) ? undefined : censorAll(value)
  if (isServerText && isObject(value) && hasSecretKey(value)) {
    const renamed = Object.entries(value).map(([name, inner]) => [maskSecrets(name), inner] as const)
    return scrubJson(Object.fromEntries(renamed), isServerText)
  }
  // A remote tool's headers may bear any name.
  return key === 'headers' && isObject(value) && !isSchema(value) ? censorHeaders(value) : undefined
}

function hasSecretKey(value: JsonObject): boolean {
  for (const name of Object.keys(value)) if (maskSecrets(name) !== name) return true
  return false
}
