// The heads of a call whose parts are not what they should be (a planted lane, a damaged file that passes for whole): what of them is sound, so
// that the call is told of, without content. In: a decode input. Out: the same with fields of the right kinds alone. Worker thread.
import type { CloseHead, LaneInfo, OpenHead } from '../frame.ts'
import { isObject } from '../json-walk.ts'

/** What of a decode input this is about. */
interface Heads {
  readonly open: OpenHead
  readonly close: CloseHead | null
  readonly lane: LaneInfo
}

type Kinds = { readonly [field: string]: 'string' | 'number' | 'boolean' }

const OPEN: Kinds = {
  id: 'string',
  at: 'number',
  provider: 'string',
  sdk: 'string',
  verb: 'string',
  url: 'string',
  stream: 'boolean',
}
const CLOSE: Kinds = { id: 'string', ms: 'number', firstChunkMs: 'number', httpStatus: 'number', cut: 'number' }
const LANE: Kinds = {
  pid: 'number',
  hostname: 'string',
  node: 'string',
  neatlogs: 'string',
  service: 'string',
  traceId: 'string',
}
const STATUSES: readonly unknown[] = ['ok', 'error', 'aborted', 'incomplete']

/** The input without what no program of ours writes. */
export function soundInput<Input extends Heads>(input: Input): Input {
  const { open, close, lane } = input
  const status = isObject(close) && STATUSES.includes(close.status) ? close.status : 'incomplete'
  return {
    ...input,
    open: {
      id: '',
      at: 0,
      provider: 'openai',
      sdk: null,
      verb: 'POST',
      url: '',
      ...kept(open, OPEN),
      t: 'open',
      body: 'none',
    } as OpenHead,
    close:
      close === null ? null : ({ id: '', ms: 0, ...kept(close, CLOSE), t: 'close', status, attempts: [] } as CloseHead),
    lane: {
      ...{ pid: 0, hostname: '', node: '', neatlogs: '', service: '', traceId: '' },
      ...kept(lane, LANE),
      ...{ v: 1, tags: [], userId: null, metadata: {}, fingerprint: '', startTime: '', bootId: '', pidNamespace: '' },
    } as LaneInfo,
  }
}

function kept(head: unknown, kinds: Kinds): { [field: string]: unknown } {
  if (!isObject(head)) return {}
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([field, kind]) => {
      return typeof head[field] === kind ? [[field, head[field]]] : []
    }),
  )
}

/** Says whether the heads hold what a program of ours writes, as far as a record copies it. */
export function isSound({ open, close }: Heads): boolean {
  if (typeof open.id !== 'string' || typeof open.url !== 'string' || typeof open.at !== 'number') return false
  if (close === null) return true
  const { ms, status, httpStatus, attempts, error } = close
  const isRead = typeof ms === 'number' && STATUSES.includes(status) && isCount(httpStatus ?? null)
  return isRead && isSoundError(error) && Array.isArray(attempts) && attempts.every(isSoundAttempt)
}

function isCount(value: unknown): boolean {
  return value === null || typeof value === 'number'
}

function isSoundError(error: unknown): boolean {
  if (error === undefined) return true
  return isObject(error) && typeof error.type === 'string' && typeof error.message === 'string'
}

function isSoundAttempt(attempt: unknown): boolean {
  return isObject(attempt) && typeof attempt.at === 'number' && isCount(attempt.ms) && isCount(attempt.status)
}
