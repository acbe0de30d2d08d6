// Step 4, tap, for a connection: the very socket of the program (`ws`, or Node's own WebSocket), with methods of ours before those by
// which it sends and tells of its end. In: a socket. Out: texts sent, how it closed. Main thread.
import { noteFailure } from './guard.ts'
import { attach, type Methods, stampOf } from './stamp.ts'

/** How a connection ended. */
export interface Closing {
  /** The close code as a listener gets it; 1006 when the network broke. */
  readonly code: number
  readonly reason: string
  /** The program closed it, not the other side. */
  readonly byProgram: boolean
  /** The error that came before, if any. */
  readonly error: unknown
}

/** Who hears of a connection. */
interface Listener {
  sent(text: string): void
  notSent(error: unknown): void
  closed(closing: Closing): void
}

/** What we touch of a socket; `_closeFrameReceived` is of `ws`, which answers a close by its own public method. */
interface Connection {
  readonly send?: unknown
  readonly platformSocket?: unknown
  readonly readyState?: unknown
  readonly _closeFrameReceived?: unknown
}

interface CloseEventLike {
  readonly type?: unknown
  readonly code?: unknown
  readonly reason?: unknown
  readonly error?: unknown
  readonly message?: unknown
}

const OPEN = 1

/** What is known of one connection. */
interface Tap {
  readonly listener: Listener
  byProgram: boolean
  error: unknown
}

/** Watches a connection, once. An adapter of the SDK's is passed by: what it stands before is watched. */
export function tapConnection(socket: unknown, listener: Listener): void {
  if (typeof socket !== 'object' || socket === null) return
  const inner = (socket as Connection).platformSocket
  const connection = (typeof inner === 'object' && inner !== null ? inner : socket) as Connection
  if (tapOf(connection) !== undefined || typeof connection.send !== 'function' || !Object.isExtensible(connection))
    return
  const tap: Tap = { listener, byProgram: false, error: undefined }
  attach(connection, tap, connectionMethods)
}

function tapOf(connection: object): Tap | undefined {
  return stampOf(connection) as Tap | undefined
}

function tell(work: () => void): void {
  try {
    work()
  } catch (error) {
    noteFailure('socket_tap', error)
  }
}

const connectionMethods = (own: Methods) => ({
  /** A text on an open connection is a request that leaves: its frame is written first. */
  send(this: Connection, ...args: unknown[]) {
    const [data] = args
    const listener = tapOf(this)?.listener
    if (listener === undefined || this.readyState !== OPEN || typeof data !== 'string')
      return own.send?.apply(this, args)
    tell(() => listener.sent(data))
    try {
      return own.send?.apply(this, args)
    } catch (error) {
      tell(() => listener.notSent(error))
      throw error
    }
  },
  close(this: Connection, ...args: unknown[]) {
    noteLeaving(this)
    return own.close?.apply(this, args)
  },
  terminate(this: Connection, ...args: unknown[]) {
    noteLeaving(this)
    return own.terminate?.apply(this, args)
  },
  /** `ws` is an emitter: a listener more would show in its count and when it is printed. */
  emit(this: Connection, ...args: unknown[]) {
    const [name, first, second] = args
    if (name === 'error') noteError(this, first)
    else if (name === 'close') noteClose(this, first, second)
    return own.emit?.apply(this, args)
  },
  /** Node's own WebSocket fires its events through the public method, as undici does (lib/web/websocket/util.js, fireEvent). */
  dispatchEvent(this: Connection, ...args: unknown[]) {
    const event = args[0] as CloseEventLike | undefined
    if (event?.type === 'error') noteError(this, event.error ?? event)
    else if (event?.type === 'close') noteClose(this, event.code, event.reason)
    return own.dispatchEvent?.apply(this, args)
  },
})

/** Before it was open, too: what was queued does not leave then. */
function noteLeaving(connection: Connection): void {
  const tap = tapOf(connection)
  const isLeaving = connection._closeFrameReceived !== true && Number(connection.readyState) <= OPEN
  if (tap !== undefined && isLeaving) tap.byProgram = true
}

function noteError(connection: Connection, error: unknown): void {
  const tap = tapOf(connection)
  if (tap !== undefined) tap.error = error
}

function noteClose(connection: Connection, code: unknown, reason: unknown): void {
  const tap = tapOf(connection)
  if (tap === undefined) return
  const { listener, byProgram, error } = tap
  tell(() => listener.closed({ byProgram, error, ...codeOf(code, reason) }))
}

function codeOf(code: unknown, reason: unknown): { readonly code: number; readonly reason: string } {
  return { code: typeof code === 'number' ? code : 1006, reason: reason == null ? '' : String(reason) }
}
