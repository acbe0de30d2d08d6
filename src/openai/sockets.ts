// Steps 3 and 4 for sockets: each instance of a socket class and what it speaks. In: what the wrapped methods see. Out: sent texts,
// heard events and the end of the connection, told to the protocol (sockets-responses.ts, sockets-realtime.ts). Main thread.
import { epochMs, uuid7 } from '../clock.ts'
import { isSwitchedOff } from './guard.ts'
import { currentSinks } from './sinks.ts'
import type { SocketFacts } from './sockets-call.ts'
import { RealtimeTalk } from './sockets-realtime.ts'
import { ResponsesTalk } from './sockets-responses.ts'
import { type Closing, tapConnection } from './sockets-tap.ts'

export type SocketKind = 'responses' | 'realtime'

/** An event as the SDK parsed it, before the program's listeners see it. */
export interface HeardEvent {
  readonly type?: unknown
  readonly [field: string]: unknown
}

/** What is made of one socket's events. */
export interface Talk {
  readonly facts: SocketFacts
  /** A text is about to leave. */
  sent(text: string): void
  /** It did not: `send` threw. */
  notSent(error: unknown): void
  heard(event: HeardEvent): void
  /** The connection is closed: what has not ended will not. */
  closed(closing: Closing): void
}

/** What we touch of an instance. */
interface SocketLike {
  readonly url?: unknown
  readonly socket?: unknown
  readonly _client?: unknown
}

const talks = new WeakMap<object, Talk>()
/** The query may hold a key; of it the record keeps what says which model answers. */
const KEPT_QUERY = ['model', 'deployment', 'api-version', 'intent', 'call_id'] as const

/** Makes a socket and its connection known. `connection`: one that the instance does not have yet. */
export function meet(instance: object, kind: SocketKind, sdk: string | null, connection?: unknown): Talk | null {
  if (isSwitchedOff()) return null
  const known = talks.get(instance)
  // Asked for before the first talk only: a socket is followed from its begin or not at all.
  if (known === undefined && currentSinks().length === 0) return null
  const talk = known ?? begin(instance, kind, sdk)
  const { socket } = instance as SocketLike
  tapConnection(connection ?? socket, talk)
  return talk
}

function begin(instance: SocketLike, kind: SocketKind, sdk: string | null): Talk {
  const client = typeof instance._client === 'object' && instance._client !== null ? instance._client : {}
  const facts: SocketFacts = { client, sdk, url: '', session: uuid7(epochMs()) }
  // In the middle of a constructor there is no address yet.
  Object.defineProperty(facts, 'url', { get: () => addressOf(instance.url), enumerable: true })
  const talk = kind === 'responses' ? new ResponsesTalk(facts) : new RealtimeTalk(facts)
  talks.set(instance, talk)
  return talk
}

/** What the instance emits: every message as `event`, and the end of the connection as `close`, with what was never sent. */
export function heard(instance: object, kind: SocketKind, sdk: string | null, args: readonly unknown[]): void {
  const talk = meet(instance, kind, sdk)
  if (talk === null) return
  const [name, value] = args
  if (name === 'event' && typeof value === 'object' && value !== null) talk.heard(value as HeardEvent)
  else if (name === 'close' && talk instanceof ResponsesTalk) talk.unsent(args)
}

function addressOf(url: unknown): string {
  const text = String(url ?? '')
  if (!URL.canParse(text)) return ''
  const { protocol, host, pathname, searchParams } = new URL(text)
  const query = new URLSearchParams()
  for (const name of KEPT_QUERY) {
    const value = searchParams.get(name)
    if (value !== null) query.set(name, value)
  }
  const tail = query.size === 0 ? '' : `?${query.toString()}`
  return `${protocol}//${host}${pathname}${tail}`
}
