// Step 4, tap, for a connection: the very socket of the program (`ws`, or Node's own WebSocket), with methods of its own in front of
// those by which it sends and tells of its end. In: a socket. Out: texts sent, how it closed. Main thread.
import { hide, type Method } from '../wrap.ts'
import { noteFailure } from './guard.ts'

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
  readonly emit?: unknown
  readonly dispatchEvent?: unknown
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
const tapped = new WeakSet<object>()

/** Watches a connection, once. An adapter of the SDK's is passed by: what it stands before is watched. */
export function tapConnection(socket: unknown, listener: Listener): void {
  if (typeof socket !== 'object' || socket === null) return
  const inner = (socket as Connection).platformSocket
  const connection = (typeof inner === 'object' && inner !== null ? inner : socket) as Connection
  if (tapped.has(connection) || typeof connection.send !== 'function') return
  tapped.add(connection)
  const end: { byProgram: boolean; error: unknown } = { byProgram: false, error: undefined }
  tapSend(connection, listener)
  for (const name of ['close', 'terminate'] as const) tapClose(connection, name, end)
  const close = (code: unknown, reason: unknown): void => listener.closed({ ...end, ...codeOf(code, reason) })
  if (typeof connection.emit === 'function') tapEmit(connection, end, close)
  else if (typeof connection.dispatchEvent === 'function') tapDispatch(connection, end, close)
}

function tell(work: () => void): void {
  try {
    work()
  } catch (error) {
    noteFailure('socket_tap', error)
  }
}

function before(connection: object, name: string): Method {
  return (connection as { readonly [name: string]: Method })[name] as Method
}

/** A text on an open connection is a request that leaves: its frame is written first. */
function tapSend(connection: Connection, listener: Listener): void {
  const original = before(connection, 'send')
  const wrapper = {
    send(this: Connection, ...args: unknown[]) {
      const [data] = args
      if (this.readyState !== OPEN || typeof data !== 'string') return original.apply(this, args)
      tell(() => listener.sent(data))
      try {
        return original.apply(this, args)
      } catch (error) {
        tell(() => listener.notSent(error))
        throw error
      }
    },
  }
  hide(connection, 'send', wrapper.send as Method)
}

function tapClose(connection: Connection, name: 'close' | 'terminate', end: { byProgram: boolean }): void {
  if (typeof (connection as { readonly [name: string]: unknown })[name] !== 'function') return
  const original = before(connection, name)
  const wrapper = {
    close(this: Connection, ...args: unknown[]) {
      // Before it was open, too: what was queued does not leave then.
      if (this._closeFrameReceived !== true && Number(this.readyState) <= OPEN) end.byProgram = true
      return original.apply(this, args)
    },
  }
  hide(connection, name, wrapper.close as Method)
}

/** `ws` is an emitter: a listener more would show in its count and when it is printed. */
function tapEmit(
  connection: Connection,
  end: { error: unknown },
  close: (code: unknown, reason: unknown) => void,
): void {
  const original = before(connection, 'emit')
  const wrapper = {
    emit(this: Connection, ...args: unknown[]) {
      const [name, first, second] = args
      if (name === 'error') end.error = first
      else if (name === 'close') tell(() => close(first, second))
      return original.apply(this, args)
    },
  }
  hide(connection, 'emit', wrapper.emit as Method)
}

/** Node's own WebSocket fires its events through the public method, as undici does (lib/web/websocket/util.js, fireEvent). */
function tapDispatch(
  connection: Connection,
  end: { error: unknown },
  close: (code: unknown, reason: unknown) => void,
): void {
  const original = before(connection, 'dispatchEvent')
  const wrapper = {
    dispatchEvent(this: Connection, ...args: unknown[]) {
      const event = args[0] as CloseEventLike | undefined
      if (event?.type === 'error') end.error = event.error ?? event
      else if (event?.type === 'close') tell(() => close(event.code, event.reason))
      return original.apply(this, args)
    },
  }
  hide(connection, 'dispatchEvent', wrapper.dispatchEvent as Method)
}

function codeOf(code: unknown, reason: unknown): { readonly code: number; readonly reason: string } {
  return { code: typeof code === 'number' ? code : 1006, reason: reason == null ? '' : String(reason) }
}
