// What the SDK's stream helpers throw once an answer has been read to its end: they fold it as we do, and miss what we miss. No
// wrapper sees it without standing in a class of the helpers. In: the helper's name, the answer. Out: the error. Worker thread.
import { isArray, isObject } from '../json-walk.ts'
import type { Operation } from '../record.ts'
import type { AnswerError } from '../shapes/error-forms.ts'
import type { Answer } from './decode-events.ts'

/** Values of `x-stainless-helper-method` that fold a stream. */
const FOLDING: ReadonlySet<string> = new Set(['stream', 'runTools', 'runFunctions'])

/** The error that the program got from a stream helper, or null. */
export function helperError(helper: string | undefined, operation: Operation, answer: Answer): AnswerError | null {
  if (helper === undefined || !FOLDING.has(helper) || answer.chunkCount === null) return null
  if (operation !== 'chat') {
    const isEmpty = operation === 'responses' && answer.chunkCount === 0
    return isEmpty ? thrown('request ended without sending any events') : null
  }
  if (answer.chunkCount === 0) return thrown('request ended without sending any chunks')
  const choices = isObject(answer.body) && isArray(answer.body.choices) ? answer.body.choices : []
  const unfinished = choices.filter(isObject).find((choice) => !choice.finish_reason)
  return unfinished ? thrown(`missing finish_reason for choice ${String(unfinished.index ?? 0)}`) : null
}

function thrown(message: string): AnswerError {
  return { type: 'OpenAIError', code: null, message, param: null }
}
