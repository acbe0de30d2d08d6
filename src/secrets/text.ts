// One scrub for a text that is recorded or printed. Leaf of the house: any thread.
import { maskFields } from './fields.ts'
import { maskSecrets } from './shapes.ts'
import { scrubUrls } from './urls.ts'

/** Scrubs one text: credentials and keys in URLs, secret fields of JSON in it; with `isServerText` whatever looks like a key. */
export function scrubText(text: string, isServerText: boolean): string {
  const scrubbed = scrubUrls(text)
  const fields = scrubbed.includes('":') || scrubbed.includes('" :') ? maskFields(scrubbed).text : scrubbed
  return isServerText ? maskSecrets(fields) : fields
}
