// Readings of socket events that both protocols need: types and ids, and how a closed connection is told. Main thread.
import { parseJson } from '../originals.ts'
import type { Status } from '../record.ts'
import { errorName } from './call-error.ts'
import type { SocketError } from './sockets-call.ts'
import type { Closing } from './sockets-tap.ts'

const BEGINS_WITH_TYPE = /^\{"type":"([\w.]+)"/

/** The type of an event as it is sent; '' for what is no event. Mostly it stands first, so that nothing is parsed. */
export function typeOfText(text: string): string {
  return BEGINS_WITH_TYPE.exec(text)?.[1] ?? fieldOf(text, 'type')
}

/** A text field of an event as it is sent; '' when there is none. */
export function fieldOf(text: string, name: string): string {
  const value = parseEvent(text)?.[name]
  return typeof value === 'string' ? value : ''
}

/** An event as it is sent, or null for what is no JSON object. */
export function parseEvent(text: string): { readonly [field: string]: unknown } | null {
  try {
    const value: unknown = parseJson(text)
    return typeof value === 'object' && value !== null ? (value as { readonly [field: string]: unknown }) : null
  } catch {
    return null // the program sends what it likes
  }
}

/** The `id` of an object, or null. */
export function idOf(value: unknown): string | null {
  const id = (value as { readonly id?: unknown } | null | undefined)?.id
  return typeof id === 'string' ? id : null
}

/** What a response is that was under way: left by the program, or never brought to its end by the other side. */
export function closingStatus({ byProgram }: Closing): Status {
  return byProgram ? 'aborted' : 'incomplete'
}

/** A connection that the program did not close, as an error. */
export function closingError({ code, reason, error }: Closing): SocketError {
  const because = error instanceof Error && error.message !== '' ? error.message : reason
  const message = `the socket was closed with code ${code}${because === '' ? '' : `: ${because}`}`
  return { name: 'WebSocketClosed', code: String(code), message }
}

/** The error of a connection, as the program gets it. */
export function errorOfConnection(error: unknown): SocketError {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown }
  return {
    name: errorName(error),
    ...(typeof code === 'string' ? { code } : {}),
    message: typeof message === 'string' && message !== '' ? message : 'the socket could not be opened',
  }
}
