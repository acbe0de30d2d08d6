// Deliver: what the body of a 2xx says: that all was taken, a part of it, nothing, or that it is no answer of the protocol. Pure, worker thread.
import { asObject } from './json.ts'
import { decodeProtobufAnswer, isProtobufAnswer } from './otlp-answer.ts'
import { decodeJsonAnswer } from './otlp-json.ts'
import type { PartialSuccess } from './otlp-model.ts'

/** `failure`: an error in the clothes of a success, as gateways and some APIs answer. `page`: a sign-in, a proxy, another service. */
export type AnswerKind = 'taken' | 'failure' | 'page'

const FIRST_ERROR_STATUS = 400
/** The codes of gRPC, which `google.rpc.Status` gives as numbers. */
const LAST_GRPC_CODE = 16
const FAILED_STATUS = /^(error|err|fail|failed|failure|unauthori[sz]ed|forbidden|denied|rejected|invalid)$/i
const FAILED_WORDS =
  /\b(error|failed|failure|unauthori[sz]ed|unauthenticated|forbidden|denied|invalid|not found|not allowed|exceeded|unavailable|timed? ?out)\b/i

/** Tells what a 2xx with this body is. Backends answer protobuf with JSON and the other way round: either is an answer of OTLP. */
export function kindOfAnswer(body: Uint8Array, isOtlp: boolean): AnswerKind {
  const text = Buffer.from(body).toString().trim()
  if (text === '' || /^"?(ok|accepted|success)\b/i.test(text)) return 'taken'
  const json = parse(text)
  if (json !== undefined) return isFailure(json) ? 'failure' : 'taken'
  return isOtlp && isProtobufAnswer(body) ? 'taken' : 'page'
}

/** What OTLP says of a part that was refused, whichever form the answer has. */
export function partialOf(body: Uint8Array): PartialSuccess | null {
  const isJson = parse(Buffer.from(body).toString()) !== undefined
  return (isJson ? decodeJsonAnswer : decodeProtobufAnswer)(body)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a page, protobuf, or some other text
  }
}

function isFailure(json: unknown): boolean {
  const answer = asObject(json)
  if (answer === null) return json === false
  const { error, errors, success, ok, status, code, message } = answer
  if (success === false || ok === false || isSomething(error) || isSomething(errors)) return true
  if (typeof status === 'string' && FAILED_STATUS.test(status)) return true
  const numbers = [status, code, answer.statusCode, answer.status_code].filter((one) => one !== undefined && one !== '')
  if (numbers.some((one) => Number(one) >= FIRST_ERROR_STATUS)) return true
  if (typeof message !== 'string') return false
  const isGrpc = typeof code === 'number' && code > 0 && code <= LAST_GRPC_CODE
  return isGrpc || (status === undefined && FAILED_WORDS.test(message))
}

/** `error: null`, `errors: []`, `error: ""` say that there is none. */
function isSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  const object = asObject(value)
  return object === null ? Boolean(value) : Object.keys(object).length > 0
}
