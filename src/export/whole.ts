// Is what a record holds what was really sent and said? In: a record of any shape. Out: what it lacks, in words, or null. Pure.
import { NOT_CAPTURED } from '../content/withhold.ts'
import { bag, finite, list, text } from '../narrow.ts'
import { CENSOR } from '../secrets/shapes.ts'

export const MEDIA = 'media that is described, not held'
export const NO_RESPONSE = 'no response in the record'

/** Which part of the record is asked for. */
export type Part = 'request' | 'response' | 'record'

/** Says why a part is not whole: something was redacted, cut, not captured, is only described, or never arrived. */
export function lackOf(record: unknown, part: Part): string | null {
  const fields = bag(record)
  const values = part === 'record' ? record : bag(fields[part]).body
  if (part !== 'record' && (values === null || values === undefined))
    return part === 'request' ? 'no request in the record' : NO_RESPONSE
  if (isCut(fields, part)) return 'cut to the size limit'
  if (part !== 'request' && fields.status === 'incomplete') return 'incomplete: its end was not recorded'
  if (part === 'response' && list(fields.unplaced).length > 0) return 'a stream that could not be put together whole'
  return markIn(values, part !== 'record')
}

const CUT = /…\[cut(?:\]|: \d+ bytes, sha256 [0-9a-f]{64}\])$/

function isCut(record: ReturnType<typeof bag>, part: Part): boolean {
  const pointers = list(record.truncated)
  return part === 'record' ? pointers.length > 0 : pointers.some((one) => text(one)?.startsWith(`/${part}`) === true)
}

/** Walks without recursion: records may be nested deeply. */
function markIn(value: unknown, mustHoldMedia: boolean): string | null {
  const stack: unknown[] = [value]
  while (stack.length > 0) {
    const item = stack.pop()
    if (typeof item === 'string') {
      if (item.includes(NOT_CAPTURED)) return 'its content was not captured'
      if (item.includes(CENSOR)) return 'redacted'
      if (CUT.test(item)) return 'cut to the size limit'
    } else if (typeof item === 'object' && item !== null) {
      if (mustHoldMedia && isDescription(bag(item))) return MEDIA
      for (const inner of Object.values(item)) stack.push(inner)
    }
  }
  return null
}

/** What stands for audio, a file or a vector: `{ type, media_type, bytes, sha256 }`; for an upload without the hash. */
function isDescription({ sha256, bytes, media_type, filename }: ReturnType<typeof bag>): boolean {
  return finite(bytes) !== null && [sha256, media_type, filename].some((fact) => typeof fact === 'string')
}
