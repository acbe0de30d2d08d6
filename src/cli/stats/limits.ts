// Head room under the rate limits, as the servers told it in their headers. In: records. Out: for each model what was left at worst and last. Pure.
// https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
import { type Bag, bag, finite, text } from '../../narrow.ts'

const KINDS = ['requests', 'tokens'] as const
type Kind = (typeof KINDS)[number]
const MAX_MODELS = 1000

export interface Room {
  readonly limit: number
  /** The smallest number that was left after a call. */
  readonly least_left: number
  readonly last_left: number
  readonly last_at_ms: number
}

/** By model. */
export type Limits = Map<string, Map<Kind, Room>>

export interface ModelLimits {
  readonly model: string
  readonly requests: Room | null
  readonly tokens: Room | null
}

export function addLimits(limits: Limits, record: Bag): void {
  const response = bag(record.response)
  const headers = bag(response.headers)
  const model = text(bag(record.request).model) ?? text(response.model)
  const time = finite(record.time) ?? 0
  if (model === null || (limits.size >= MAX_MODELS && !limits.has(model))) return
  for (const kind of KINDS) {
    const [limit, left] = ['limit', 'remaining'].map((what) => countOf(headers[`x-ratelimit-${what}-${kind}`]))
    if (limit === null || left === null || limit === undefined || left === undefined) continue
    const rooms = limits.get(model) ?? new Map<Kind, Room>()
    limits.set(model, rooms)
    rooms.set(kind, roomWith(rooms.get(kind), limit, left, time))
  }
}

function roomWith(before: Room | undefined, limit: number, left: number, time: number): Room {
  const least = before === undefined ? left : Math.min(before.least_left, left)
  if (before !== undefined && before.last_at_ms > time) return { ...before, least_left: least }
  return { limit, least_left: least, last_left: left, last_at_ms: time }
}

function countOf(header: unknown): number | null {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null
}

/** The tightest first. */
export function limitsOf(limits: Limits): readonly ModelLimits[] {
  const rows = [...limits].map(([model, rooms]) => ({
    model,
    requests: rooms.get('requests') ?? null,
    tokens: rooms.get('tokens') ?? null,
  }))
  return rows.sort((a, b) => tightness(a) - tightness(b))
}

/** The smallest share of a limit that was left, 0 to 1. */
export function tightness({ requests, tokens }: ModelLimits): number {
  const shares = [requests, tokens].flatMap((room) => (room && room.limit > 0 ? [room.least_left / room.limit] : []))
  return Math.min(1, ...shares)
}
