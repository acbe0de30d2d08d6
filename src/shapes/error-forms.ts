// How servers say in an answer that a call failed, whatever its HTTP status. One row per form, with the server and the source.
// In: a parsed body, or one event of a stream. Out: what the server says of the error. Pure.
import { isArray, isObject, type JsonObject, textOf } from '../json-walk.ts'
import type { Json } from '../record.ts'

/** An error as an answer tells it. */
export interface AnswerError {
  readonly type: string
  readonly code: string | null
  readonly message: string
  readonly param: string | null
}

export interface ErrorForm {
  readonly server: string
  readonly source: string
  /** Bodies that hold an answer as well are no error in this form. */
  readonly onlyAlone: boolean
  /** The error's own value, or undefined when the body does not have this form. */
  readonly read: (body: JsonObject) => Json | undefined
}

export const ERROR_FORMS: readonly ErrorForm[] = [
  {
    server: 'OpenAI, and most; LM Studio and xAI as a string',
    source:
      'platform.openai.com/docs/guides/error-codes; lmstudio-bug-tracker#618; docs.x.ai/docs/key-information/debugging',
    onlyAlone: false,
    read: (body) => (isResource(body) || isAnswered(body) ? undefined : withSiblings(body, body.error)),
  },
  {
    server: 'OpenRouter',
    source: 'openrouter.ai/docs/api-reference/errors',
    onlyAlone: false,
    read: (body) => {
      const choice = choicesOf(body).find(({ error }) => isMeant(error))
      return choice?.error
    },
  },
  {
    server: 'OpenRouter, gateways: a finish reason and nothing else',
    source: 'openrouter.ai/docs/api-reference/streaming',
    onlyAlone: false,
    read: (body) =>
      choicesOf(body).some(({ finish_reason }) => finish_reason === 'error')
        ? { type: 'error', message: 'The model stopped with an error' }
        : undefined,
  },
  {
    server: 'vLLM, SGLang, FastChat, Mistral',
    source: 'github.com/vllm-project/vllm vllm/entrypoints/openai/protocol.py (ErrorResponse)',
    onlyAlone: false,
    read: (body) => (body.object === 'error' ? without(body, 'object') : undefined),
  },
  {
    server: 'Responses API of compatible servers: an error beside the status',
    source: 'platform.openai.com/docs/api-reference/responses/object',
    onlyAlone: false,
    read: (body) => (body.object === 'response' && isMeant(body.error) ? body.error : undefined),
  },
  {
    server: 'FastAPI servers (LiteLLM, TGI, vLLM behind a proxy)',
    source: 'fastapi.tiangolo.com/tutorial/handling-errors',
    onlyAlone: true,
    read: ({ detail }) => (isMeant(detail) ? (isArray(detail) ? { message: detail } : detail) : undefined),
  },
  {
    server: 'Cloudflare AI Gateway',
    source: 'developers.cloudflare.com/api',
    onlyAlone: true,
    read: ({ errors }) => (isArray(errors) ? errors[0] : undefined),
  },
  {
    server: 'MiniMax',
    source: 'platform.minimax.io/docs/api-reference',
    onlyAlone: false,
    read: ({ base_resp: state }) => {
      if (!isObject(state) || typeof state.status_code !== 'number' || state.status_code === 0) return undefined
      return { code: state.status_code, message: state.status_msg ?? null }
    },
  },
  {
    server: 'Baidu Qianfan',
    source: 'cloud.baidu.com/doc/WENXINWORKSHOP',
    onlyAlone: true,
    read: (body) =>
      isMeant(body.error_msg) ? { code: body.error_code ?? null, message: body.error_msg ?? null } : undefined,
  },
  {
    server: 'Apigee in front of anything',
    source: 'cloud.google.com/apigee/docs/api-platform/fundamentals/fault-handling',
    onlyAlone: true,
    read: ({ fault }) => (isObject(fault) ? { type: 'fault', message: fault.faultstring ?? null } : undefined),
  },
  {
    server: 'DashScope, AWS and Azure API gateways, Kong',
    source: 'alibabacloud.com/help/model-studio/error-code; docs.aws.amazon.com/apigateway',
    onlyAlone: true,
    read: (body) =>
      isMeant(body.message ?? body.msg) ? { ...body, message: body.message ?? body.msg ?? null } : undefined,
  },
]

/** What an answer of these APIs has beside an error, if it has one. */
const ANSWER_FIELDS =
  'choices output data results text usage embeddings embedding audio b64_json object id delta response item part segments url'.split(
    ' ',
  )

/** Reads the error of a body or an event. `isModelCall` false: another resource, which may speak of errors of its own. */
export function errorIn(body: Json, isModelCall = true): AnswerError | null {
  // Gemini's OpenAI endpoint wraps its error in a list (ai.google.dev/gemini-api/docs/openai).
  const only = isArray(body) && body.length === 1 ? (body[0] as Json) : body
  if (!isObject(only)) return null
  const isAlone = ANSWER_FIELDS.every((field) => only[field] === undefined || only[field] === null)
  for (const { onlyAlone, read } of ERROR_FORMS) {
    if (onlyAlone && !(isAlone && isModelCall)) continue
    const found = read(only)
    if (isMeant(found)) return errorOf(found)
  }
  return null
}

/** The fields of an error as a server writes them, whatever it left out. */
export function errorOf(error: Json): AnswerError {
  if (!isObject(error)) return { type: 'error', code: null, message: plainText(error), param: null }
  return {
    type: textOf(error.type) ?? 'error',
    code: wordOf(error.code),
    message: messageOf(error),
    param: wordOf(error.param),
  }
}

function plainText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function messageOf(error: JsonObject): string {
  const { message } = error
  if (typeof message === 'string') return message
  return JSON.stringify(message === undefined || message === null ? error : message)
}

function wordOf(value: Json | undefined): string | null {
  return typeof value === 'number' ? String(value) : textOf(value)
}

/** `{ code, error: 'text' }` (xAI): the fields around a bare text belong to it. */
function withSiblings(body: JsonObject, error: Json | undefined): Json | undefined {
  if (typeof error !== 'string' || error === '') return isMeant(error) ? error : undefined
  // `{ error: 'Bad Request', message: 'what is wrong' }`: the longer tale is the message.
  const message = textOf(body.message) ?? error
  return { ...(message === error ? {} : { type: error }), code: body.code ?? null, param: body.param ?? null, message }
}

/** Objects of other endpoints keep an error as a field of their own (`batch`, `fine_tuning.job`, `thread.run`, `video`). */
function isResource({ object }: JsonObject): boolean {
  return typeof object === 'string' && !/^(?:chat\.completion|text_completion|error|list|embedding)/.test(object)
}

/** An answer that is whole may speak of an error beside it. */
function isAnswered(body: JsonObject): boolean {
  return choicesOf(body).some(({ message, finish_reason }) => isObject(message) && finish_reason !== 'error')
}

/** Not null, false, empty, or an object whose every field is. */
function isMeant(error: Json | undefined): error is Json {
  if (error === undefined || error === null || error === false || error === '') return false
  return typeof error !== 'object' || Object.values(error).some((value) => value !== null && value !== '')
}

function choicesOf({ choices }: JsonObject): readonly JsonObject[] {
  return isArray(choices) ? choices.filter(isObject) : []
}

function without(body: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = body
  return rest
}
