// What a call is counted under. In: a record. Out: keys, several for a call with several tags; labels for people. Pure.
import { createHash } from 'node:crypto'
import { type Bag, bag, finite, list, text } from '../../narrow.ts'
import { firstWords } from '../../viewer/preview.ts'

export const GROUPINGS = ['model', 'tag', 'service', 'user', 'day', 'hour', 'error', 'prompt'] as const
export type Grouping = (typeof GROUPINGS)[number]

export interface GroupKey {
  readonly key: string
  /** What people read instead: the first words of a prompt. */
  readonly label: string
}

const NONE = '(none)'
const HASH_CHARS = 12
const MAX_KEY_CHARS = 200

const KEYS: { readonly [By in Grouping]: (record: Bag) => readonly (string | null)[] } = {
  model: ({ request, response }) => [text(bag(request).model) ?? text(bag(response).model)],
  tag: ({ tags }) => (list(tags).length === 0 ? [null] : list(tags).map(text)),
  service: ({ service }) => [text(service)],
  user: ({ user_id }) => [text(user_id)],
  day: ({ time }) => [localTime(time)?.slice(0, 10) ?? null],
  hour: ({ time }) => [localTime(time)?.slice(0, 13).concat(':00') ?? null],
  error: (record) => [errorName(record)],
  prompt: () => [],
}

/** The groups of a call; never none. */
export function groupsOf(record: Bag, by: Grouping): readonly GroupKey[] {
  if (by === 'prompt') return [promptKey(bag(bag(record.request).body))]
  const names = KEYS[by](record).map((name) => (name === null || name === '' ? NONE : name.slice(0, MAX_KEY_CHARS)))
  return [...new Set(names)].map((key) => ({ key, label: key }))
}

/** `2026-11-22T15:04`, in this machine's time zone; when the call ended, as the filters have it. */
export function localTime(time: unknown): string | null {
  const ms = finite(time)
  if (ms === null || Math.abs(ms) > 8.64e15) return null
  const date = new Date(ms)
  const two = (number: number): string => String(number).padStart(2, '0')
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

function errorName({ status, error, http_status }: Bag): string | null {
  const { code, type, status: ofError } = bag(error)
  if (status !== 'error') return status === 'ok' ? null : text(status)
  const httpStatus = finite(ofError) ?? finite(http_status)
  const name = text(code) ?? text(type) ?? 'error'
  return httpStatus === null || name === String(httpStatus) ? name : `${httpStatus} ${name}`
}

/** A stored prompt by its id, else the instructions by a hash of their whole text. */
function promptKey(body: Bag): GroupKey {
  const { id, version } = bag(body.prompt)
  if (typeof id === 'string') {
    const key = [id, text(version)]
      .filter((word) => word !== null)
      .join(' v')
      .slice(0, MAX_KEY_CHARS)
    return { key, label: key }
  }
  const words = systemText(body)
  if (words === '') return { key: NONE, label: NONE }
  const key = createHash('sha256').update(words).digest('hex').slice(0, HASH_CHARS)
  return { key, label: firstWords(words) }
}

function systemText(body: Bag): string {
  const messages = [...list(body.messages), ...list(body.input)].map(bag)
  const system = messages.filter(({ role }) => role === 'system' || role === 'developer')
  return [text(body.instructions), ...system.map(({ content }) => contentText(content))].filter(Boolean).join('\n')
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  return list(content)
    .map((part) => text(bag(part).text) ?? '')
    .join('')
}
