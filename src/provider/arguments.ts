// What the programmatic API accepts: checked early, told with the name, the value and what is allowed. Pure.
import { badArgument, NeatlogsError, showValue } from '../errors.ts'

/** What a tag may be given as; it is recorded as text. */
export type Tag = string | number | boolean

/** Characters of all tags of a provider together: they stand in the head of every call's frame. */
const MAX_TAG_CHARS = 32 * 1024

/** Gives the tags as texts, without duplicates, in order. Throws the error that `refuse` makes of what is no tag. */
export function toTags(tags: unknown, refuse: (value: unknown, allowed: string) => Error): string[] {
  if (!Array.isArray(tags)) throw refuse(tags, 'a list of tags (strings, numbers, booleans)')
  const texts = tags.map((tag: unknown) => {
    if (isTag(tag)) return String(tag)
    throw refuse(tag, 'a string, a number or a boolean')
  })
  const unique = [...new Set(texts)]
  const chars = unique.reduce((sum, tag) => sum + tag.length, 0)
  if (chars > MAX_TAG_CHARS) throw refuse(`${chars} characters`, `at most ${MAX_TAG_CHARS} characters together`)
  return unique
}

function isTag(tag: unknown): tag is Tag {
  return typeof tag === 'boolean' || (typeof tag === 'string' && tag !== '') || Number.isFinite(tag)
}

/** An error of `constructor`s and functions for an option named `name`. */
export function refuseOption(name: string): (value: unknown, allowed: string) => NeatlogsError {
  return (value, allowed) => badArgument(name, value, allowed)
}

/** A TypeError with the code of our own errors. */
export function refuseType(name: string): (value: unknown, allowed: string) => TypeError {
  return (value, allowed) =>
    Object.assign(new TypeError(`${name} must be ${allowed}; got ${showValue(value)}`), {
      code: 'ERR_NEATLOGS_ARGUMENT' as const,
    })
}

/** A text that is not empty, or undefined when absent and allowed to be. */
export function toText(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && value.trim() !== '') return value
  throw badArgument(name, value, 'a text that is not empty')
}

/** The same for a key, whose value no message repeats. */
export function toKey(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value
  const got = typeof value === 'string' ? 'a text that is none' : showValue(typeof value)
  throw new NeatlogsError(
    'ERR_NEATLOGS_ARGUMENT',
    `${name} must be a NeatLogs key (printable characters without spaces); got ${got}`,
  )
}

/** The options of a constructor: an object with known names only. */
export function checkNames(what: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw badArgument(`the options of ${what}`, options, `an object of ${names.join(', ')}`)
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new NeatlogsError('ERR_NEATLOGS_ARGUMENT', `${what} has no option ${unknown}; it has ${names.join(', ')}`)
}
