// Step 2 for openai 3, "the old API": `OpenAIApi.prototype.*` over axios. In: its prototype. Out: as `patchClass`. The axios
// response object is serialised, because axios has parsed the text away. Main thread.

import { safeJson } from '../safe-text.ts'
import { isPromise, type Method, PATCHED, type PatchResult, wrapAll, wrapOwn } from '../wrap.ts'
import { beginAttempt, beginCall, endAttempt } from './call.ts'
import { endAnswer, failCall, settleCall } from './call-end.ts'
import { guarded, isSwitchedOff } from './guard.ts'
import type { Attempt, Call } from './open-calls.ts'
import type { ResponseLike } from './response.ts'
import { observe } from './tap.ts'
import { tapNodeBody } from './tap-node.ts'
import { noteUnsentV3 } from './unsent-v3.ts'

interface AxiosLike {
  request(config: AxiosConfig): Promise<AxiosResponse>
}
interface AxiosConfig {
  readonly url?: string
  readonly method?: string
  readonly data?: unknown
  readonly headers?: unknown
}
interface AxiosResponse {
  readonly status: number
  readonly headers?: { readonly [name: string]: string }
  readonly data: unknown
}

interface NodeResponse {
  readonly statusCode: number
  readonly headers: { readonly [name: string]: string }
}

/** Wraps every API method of the class: all own methods but the constructor make exactly one request. */
export function patchV3(prototype: object, version: string | null): PatchResult {
  if (Object.hasOwn(prototype, PATCHED)) return { patched: false, missing: [], undo: () => true }
  const undo = wrapAll(prototype, version, (wrapped) => {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const { value } = Object.getOwnPropertyDescriptor(prototype, name) ?? {}
      if (name === 'constructor' || typeof value !== 'function') continue
      wrapped.push(wrapOwn(prototype, name, (original) => wrapApiMethod(original, name, version)))
    }
  })
  return { patched: true, missing: [], undo }
}

/** Runs the method on a view of the client whose `axios` lets us see the one request; the client itself is not touched. */
function wrapApiMethod(original: Method, name: string, sdk: string | null): Method {
  const wrapper = {
    method(this: object, ...args: unknown[]) {
      const call = isSwitchedOff() ? null : (guarded('begin', () => beginCall(this, sdk)) ?? null)
      const axios = (this as { axios?: AxiosLike }).axios
      if (call === null || typeof axios?.request !== 'function') return original.apply(this, args)
      const seen = Object.create(axios, {
        request: { value: (config: AxiosConfig) => request(call, axios, config) },
      }) as object
      const result = original.apply(Object.create(this, { axios: { value: seen } }), args)
      if (!isPromise(result)) return result
      return result.then(
        (value: unknown) => value,
        (error: unknown) => {
          guarded('fail', () => {
            noteUnsentV3(call, this, name, args)
            failCall(call, error)
          })
          throw error
        },
      )
    },
  }
  return wrapper.method as Method
}

function request(call: Call, axios: AxiosLike, config: AxiosConfig): Promise<AxiosResponse> {
  const init = { method: config.method ?? 'GET', body: config.data, headers: config.headers }
  const attempt = guarded('attempt', () => beginAttempt(call, config.url ?? '', init)) ?? null
  const sent = axios.request(config)
  if (attempt === null) return sent
  return sent.then(
    (response) => {
      guarded('response', () => endWithResponse(call, attempt, response))
      return response
    },
    (error: unknown) => {
      guarded('attempt_error', () => endWithError(call, attempt, error))
      throw error
    },
  )
}

function endWithResponse(call: Call, attempt: Attempt, response: AxiosResponse): void {
  endAttempt(call, attempt, asResponse(response))
  settleCall(call)
  const observer = observe(call, attempt, undefined)
  call.watcher = observer
  const { data } = response
  if (typeof (data as { pipe?: unknown } | null)?.pipe === 'function') {
    tapNodeBody(data as NodeJS.ReadableStream, observer)
  } else observer.whole(wholeText(data))
  if (!call.closed && data === undefined) endAnswer(call, attempt, 'ok')
}

function endWithError(call: Call, attempt: Attempt, error: unknown): void {
  const response = (error as { response?: AxiosResponse }).response ?? brokenResponse(error)
  endAttempt(call, attempt, response ? asResponse(response) : null, error)
  if (response?.data !== undefined) call.answer.setWhole(wholeText(response.data))
}

/** An answer that broke off has no `response` on its axios error; Node's request still knows its head. */
function brokenResponse(error: unknown): AxiosResponse | undefined {
  const request = (
    error as { request?: { res?: NodeResponse | null; _currentRequest?: { res?: NodeResponse | null } } }
  ).request
  const found = request?.res ?? request?._currentRequest?.res
  return found == null ? undefined : { status: found.statusCode, headers: found.headers, data: undefined }
}

function wholeText(data: unknown): string | Uint8Array {
  if (typeof data === 'string' || data instanceof Uint8Array) return data
  return safeJson(data)
}

function asResponse(response: AxiosResponse): ResponseLike {
  const headers = response.headers ?? {}
  return { status: response.status, headers: { get: (name) => headers[name] ?? null }, body: undefined }
}
