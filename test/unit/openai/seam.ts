// The wrapped methods of an SDK without the SDK: one call through enter, attempt, response and settle, with any response. In: what
// a fetch would have given. Out: the frames, as a spool would get them.
import type { CloseHead, FrameBody, FrameHead, OpenHead } from '../../../src/frame.ts'
import {
  endAttempt,
  enter,
  enterAttempt,
  failCall,
  linkRequest,
  settleCall,
  tapResponse,
} from '../../../src/openai/observe.ts'
import type { RequestInitLike } from '../../../src/openai/request.ts'
import type { ResponseLike } from '../../../src/openai/response.ts'
import { addSink, removeSink, type Sink } from '../../../src/openai/sinks.ts'

export interface Frame {
  readonly head: FrameHead
  readonly text: string
}

export interface Listening {
  readonly frames: Frame[]
  readonly sink: Sink
  /** The open head of the last call. */
  open(): OpenHead
  /** The close head of the last call; null while it is open. */
  close(): CloseHead | null
  /** The answer's bytes of all part and close frames. */
  answer(): string
  stop(): void
}

/** Listens to all calls of this thread. */
export function listen(more: Partial<Sink> = {}): Listening {
  const frames: Frame[] = []
  const sink: Sink = {
    captureAll: false,
    append(head, body) {
      // Frames are written in this turn: their buffers are used again.
      frames.push({ head: structuredClone(head), text: textOf(body) })
      return true
    },
    ...more,
  }
  addSink(sink)
  return {
    frames,
    sink,
    open: () => frames.findLast(({ head }) => head.t === 'open')?.head as OpenHead,
    close: () => (frames.findLast(({ head }) => head.t === 'close')?.head as CloseHead | undefined) ?? null,
    answer: () => frames.flatMap(({ head, text }) => (head.t === 'open' ? [] : [text])).join(''),
    stop: () => removeSink(sink),
  }
}

function textOf(body: FrameBody | undefined): string {
  if (body === undefined || typeof body === 'string') return body ?? ''
  return (body instanceof Uint8Array ? Buffer.from(body) : Buffer.concat(body)).toString('utf8')
}

export const INIT: RequestInitLike = { method: 'post', body: '{"model":"m"}', headers: new Headers() }
export const CHAT = 'https://api.openai.com/v1/chat/completions'

/** The user's side of one call. */
export interface Running {
  readonly options: object
  attempt(response: ResponseLike | null, more?: { url?: string; init?: RequestInitLike; error?: unknown }): void
  settle(): void
  fail(error: unknown): void
}

/** Begins a call as `makeRequest` does. Null when nobody listens or it is an inner one. */
export function beginAs(client: object, options: object = {}, retries: number | null = null): Running | null {
  const call = enter(client, [options, retries], '6.0.0')
  if (call === null) return null
  return {
    options,
    attempt: (response, more) => attemptAs(client, options, response, more),
    settle: () => settleCall(call),
    fail: (error) => failCall(call, error),
  }
}

interface Sent {
  readonly url?: string
  readonly init?: RequestInitLike
}

/** A request leaves, as `prepareRequest` and `fetchWithTimeout` see it. Returns what its answer goes to. */
export function sendAs(client: object, options: object, { url = CHAT, init = { ...INIT } }: Sent = {}) {
  linkRequest(init, options)
  const found = enterAttempt(client, [url, init])
  return (response: ResponseLike | null, error?: unknown): void => {
    const { call, attempt } = found ?? { call: null, attempt: null }
    if (call === null || attempt === null) return
    endAttempt(call, attempt, response, error)
    if (response !== null) tapResponse(response, call, attempt, init.signal as AbortSignal | undefined)
  }
}

/** One HTTP request and its answer. */
export function attemptAs(
  client: object,
  options: object,
  response: ResponseLike | null,
  more: Sent & { readonly error?: unknown } = {},
): void {
  sendAs(client, options, more)(response, more.error)
}

/** A whole call that is answered at once, its body still to be read. */
export function answered<R extends ResponseLike>(
  response: R,
  client: object = {},
  init: RequestInitLike = { ...INIT },
): R {
  const call = beginAs(client)
  call?.attempt(response, { init })
  call?.settle()
  return response
}

/** A body in pieces; `end` closes it, breaks it, or leaves it open. */
export function streamOf(
  pieces: readonly string[],
  end: 'close' | 'open' | Error = 'close',
): ReadableStream<Uint8Array> {
  const todo = [...pieces]
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = todo.shift()
        if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece))
        else if (end === 'close') controller.close()
        else if (end === 'open') return new Promise(() => {})
        else controller.error(end)
        return undefined
      },
    },
    { highWaterMark: 0 },
  )
}
