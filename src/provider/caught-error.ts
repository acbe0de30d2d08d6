// An error that the program caught itself, logged as a call that failed. In: error and request parameters. Out: an open and a close
// frame. An error that the patch has logged is not logged again. Main thread.

import { epochMs, uuid7 } from '../clock.ts'
import { currentContext } from '../context.ts'
import type { CloseHead, OpenHead } from '../frame.ts'
import { contextOfCall } from '../openai/call-context.ts'
import { describeError, errorName, isAbort } from '../openai/call-error.ts'
import { describeRequest } from '../openai/request.ts'
import { clearTimeout, setTimeout } from '../originals.ts'
import type { HeldCall } from '../recorder/held-call.ts'
import type { Listener } from './listener.ts'

/** How long the call that failed may be on its way to its end: an error event in a stream reaches the program first. */
const ENDING_MS = 100

/** What waits for a call's end; all of it is written when the process ends first. */
const waiting = new Set<() => void>()
let isWatching = false

/** Logs the error unless it was. Never throws. */
export function logCaught(listener: Listener, error: unknown, params: unknown): void {
  const log = (): void => {
    if (!isInAnswer(listener, error, params)) writeFrames(listener, error, params)
  }
  quietly(() => {
    if (typeof error === 'object' && error !== null) {
      if (listener.logged.has(error)) return
      listener.logged.add(error)
    }
    if (listener.history.isInFlight((request) => isRequestOf(request, params))) logLater(log)
    else log()
  })
}

/** Params with a getter that throws, an error that is a trap: nothing of it may reach a catch block of the program. */
function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // what cannot be read cannot be logged, and the program asked for no trouble
  }
}

/** A call with this very request is in flight: this may be its error, which is known when it has ended. */
function logLater(log: () => void): void {
  const finish = (): void => {
    clearTimeout(timer)
    waiting.delete(finish)
    quietly(log)
  }
  const timer = setTimeout(finish, ENDING_MS)
  waiting.add(finish)
  if (isWatching) return
  isWatching = true
  process.on('exit', () => {
    for (const one of waiting) one()
  })
}

/** Calls whose failure the program has told us of. */
const claimed = new WeakSet<HeldCall>()

/**
 * An error inside an answer becomes an error object in the SDK only, after the patch: it is known by its request. Where the patch saw
 * the body break, the SDK may throw another object: then message or kind must be the same.
 */
function isInAnswer(listener: Listener, error: unknown, params: unknown): boolean {
  const message = String((error as { message?: unknown } | null)?.message ?? error)
  for (const { call, record } of listener.history.ended((request) => isRequestOf(request, params))) {
    const told = record.error
    if (told === null || claimed.has(call) || call.close?.attempts.length === 0) continue
    const isSeen = call.close?.error !== undefined
    if (isSeen && !message.includes(told.message) && told.type !== errorName(error)) continue
    claimed.add(call)
    return true
  }
  return false
}

/** Says whether all that `params` names was sent so; the SDK adds fields of its own. */
function isRequestOf(request: string, params: unknown): boolean {
  const given = toPlain(params)
  const sent = toPlain(request)
  const names = Object.keys(given)
  return names.length > 0 && names.every((name) => JSON.stringify(sent[name]) === JSON.stringify(given[name]))
}

function toPlain(value: unknown): { readonly [name: string]: unknown } {
  try {
    const plain: unknown = JSON.parse(typeof value === 'string' ? value : JSON.stringify(value))
    return typeof plain === 'object' && plain !== null ? (plain as { readonly [name: string]: unknown }) : {}
  } catch {
    return {} // a form, a cycle: no request is known by it
  }
}

function writeFrames(listener: Listener, error: unknown, params: unknown): void {
  const request = describeRequest(urlOf(params), { method: 'POST', body: textOf(params) })
  const at = epochMs()
  const id = uuid7(at)
  const ctx = contextOfCall(listener.sink.context?.(), currentContext())
  const { status } = (typeof error === 'object' && error !== null ? error : {}) as { status?: unknown }
  const open: OpenHead = {
    t: 'open',
    id,
    at,
    provider: 'openai',
    sdk: null,
    verb: request.verb,
    url: request.url,
    ...(ctx === undefined ? {} : { ctx }),
    body: request.kind,
  }
  const close: CloseHead = {
    t: 'close',
    id,
    status: isAbort(error) ? 'aborted' : 'error',
    ms: 0,
    ...(typeof status === 'number' ? { httpStatus: status } : {}),
    attempts: [],
    error: describeError(error, {}),
  }
  listener.sink.append(open, request.body)
  listener.sink.append(close)
}

/** The endpoint that such parameters go to. */
function urlOf(params: unknown): string {
  const { messages, prompt, input, model } = (typeof params === 'object' && params !== null ? params : {}) as {
    readonly [name: string]: unknown
  }
  if (messages !== undefined) return '/chat/completions'
  if (prompt !== undefined) return '/completions'
  if (input === undefined) return ''
  return typeof model === 'string' && model.includes('embedding') ? '/embeddings' : '/responses'
}

function textOf(params: unknown): string | undefined {
  if (params === undefined || params === null) return undefined
  try {
    return JSON.stringify(params)
  } catch {
    return undefined // cyclic or a BigInt: the error is logged without its request
  }
}
