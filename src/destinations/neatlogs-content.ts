// Deliver: the content of a call as NeatLogs reads it, each word once. Pure, worker thread. Chat goes message by message, everything else as
// `input.value` and `output.value`, as its own SDK does; what a message's attributes cannot hold goes along as JSON, so nothing is lost.
import type { CallRecord, Json } from '../record.ts'
import { wideUtf8 } from '../utf8.ts'
import { asArray, asObject, toJson } from './json.ts'
import { addTools } from './neatlogs-tools.ts'
import type { AttributeSink } from './otlp-model.ts'

type Fields = { readonly [key: string]: Json }
type Rest = Fields | null

/** Fields of a choice that are no content: they stay with the rest of the answer, and out of the way of those who read the output. */
const ORDINARY: ReadonlySet<string> = new Set(
  'index finish_reason native_finish_reason stop_reason matched_stop content_filter_results content_filter_offset'.split(
    ' ',
  ),
)

/**
 * Adds request and answer. Chat: `neatlogs.llm.input_messages.{i}.*`, `.output_messages.{i}.*`, `.tool_calls.{j}.*`, `.tools.{i}.*`; the rest of
 * the two bodies in `neatlogs.record.request` and `.response`, unusual content of choices (logprobs, annotations, reasoning) in
 * `output.value`. `neatlogs.record.json` names the fields, by pointer, whose attribute is JSON text.
 */
export function addNeatlogsContent(list: AttributeSink, record: CallRecord): void {
  const { request, response, operation } = record
  const asJson: string[] = []
  const body = asObject(request.body) as Rest
  const answer = asObject(response.body) as Rest
  if (operation === 'chat' && body !== null && isConversation(body.messages)) addRequest(list, body, asJson)
  else addValue(list, 'input', request.body)
  if (operation === 'chat' && answer !== null && hasMessages(answer.choices)) addAnswer(list, answer, asJson)
  else addValue(list, 'output', response.body)
  list.strings('neatlogs.record.json', asJson)
}

/** Adds a body as JSON text. */
function addValue(list: AttributeSink, side: 'input' | 'output', body: Json): void {
  if (body === null) return
  list.string(`${side}.value`, toJson(body))
  list.string(`${side}.mime_type`, 'application/json')
}

function addRequest(list: AttributeSink, body: Fields, asJson: string[]): void {
  const messages: Rest[] = []
  let index = 0
  for (const message of body.messages as readonly Fields[]) {
    messages.push(addMessage(list, `neatlogs.llm.input_messages.${index}`, message, `/messages/${index}`, asJson))
    index++
  }
  const tools = addTools(list, body.tools)
  const others = without(body, 'messages', tools === null ? '' : 'tools')
  addRest(others, 'messages', messages)
  addRest(others, 'tools', tools ?? [])
  list.string('neatlogs.record.request', toJson(others))
}

/** A copy without these fields; in the same order, as what is added comes last. */
function without(fields: Fields, name: string, other = ''): { [key: string]: Json } {
  const kept: { [key: string]: Json } = {}
  for (const key of Object.keys(fields)) if (key !== name && key !== other) setField(kept, key, fields[key] as Json)
  return kept
}

/** `__proto__` too is a field here. */
function setField(fields: { [key: string]: Json }, key: string, value: Json): void {
  if (key !== '__proto__') fields[key] = value
  else Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true })
}

function addAnswer(list: AttributeSink, answer: Fields, asJson: string[]): void {
  const choices: Rest[] = []
  for (const choice of answer.choices as readonly Fields[]) {
    choices.push(addChoice(list, choice, choices.length, asJson))
  }
  const others = without(answer, 'choices')
  if (choices.some(isUnusual)) addValue(list, 'output', { choices })
  else addRest(others, 'choices', choices)
  list.string('neatlogs.record.response', toJson(others))
}

/** What is left of a list, with null in the places where nothing is. */
function addRest(others: { [key: string]: Json }, key: string, rests: readonly Rest[]): void {
  if (rests.some(isSomething)) others[key] = rests
}

function isSomething(rest: Rest): boolean {
  return rest !== null
}

function addChoice(list: AttributeSink, choice: Fields, index: number, asJson: string[]): Rest {
  const rest = without(choice, 'message')
  const message = choice.message as Fields
  const calls = message.tool_calls
  // NeatLogs' calls have no number of their choice: those of the first are it.
  const isFirst = index === 0 && Array.isArray(calls) && calls.every(isCall)
  const said = isFirst ? without(message, 'tool_calls') : message
  const left = addMessage(list, `neatlogs.llm.output_messages.${index}`, said, `/choices/${index}/message`, asJson)
  const callsLeft = isFirst ? addCalls(list, calls as readonly Fields[]) : null
  const inner = callsLeft === null ? left : { ...left, tool_calls: callsLeft }
  if (inner !== null) rest.message = inner
  return isEmpty(rest) ? null : rest
}

/** Adds one message; gives what its attributes do not hold. */
function addMessage(list: AttributeSink, prefix: string, message: Fields, pointer: string, asJson: string[]): Rest {
  list.string(`${prefix}.role`, message.role)
  const field = contentField(message)
  if (field !== null) {
    const value = message[field]
    const isPlain = isText(value)
    list.string(`${prefix}.content`, isPlain ? value : toJson(value))
    if (!isPlain) asJson.push(`${pointer}/${field}`)
  }
  let rest: { [key: string]: Json } | null = null
  for (const key of Object.keys(message)) {
    if (key === 'role' || key === field) continue
    const value = message[key] as Json
    if ((key === 'name' || key === 'tool_call_id') && isText(value)) list.string(`${prefix}.${key}`, value)
    else {
      rest ??= {}
      setField(rest, key, value)
    }
  }
  return rest
}

/** The field that is shown: the content, or the tool calls of a message that only calls. */
function contentField({ content, tool_calls: calls }: Fields): 'content' | 'tool_calls' | null {
  if (typeof content === 'string' || (typeof content === 'object' && content !== null)) return 'content'
  return asArray(calls).length > 0 ? 'tool_calls' : null
}

function addCalls(list: AttributeSink, calls: readonly Fields[]): readonly Rest[] | null {
  const rests = calls.map(({ id, type, function: target, ...rest }, index): Rest => {
    const { name, arguments: args, ...more } = target as Fields
    list.string(`neatlogs.llm.tool_calls.${index}.id`, id)
    list.string(`neatlogs.llm.tool_calls.${index}.name`, name)
    list.string(`neatlogs.llm.tool_calls.${index}.arguments`, args)
    const left = {
      ...rest,
      ...(type === 'function' ? {} : { type: type ?? null }),
      ...(isEmpty(more) ? {} : { function: more }),
    }
    return isEmpty(left) ? null : left
  })
  return rests.length > 0 && rests.every((rest) => rest === null) ? null : rests
}

/** A function call, also of servers that leave out what it is or its id; `type: null` in the rest says so. */
function isCall(call: unknown): boolean {
  const { id, type, function: target } = asObject(call) ?? {}
  const { name, arguments: args } = asObject(target) ?? {}
  const isKnown = (type === 'function' || type === undefined) && (isText(id) || id === undefined)
  return isKnown && isText(name) && isText(args)
}

function isUnusual(choice: Rest): boolean {
  if (choice === null) return false
  for (const key of Object.keys(choice)) {
    const value = choice[key]
    const isOrdinary = key === 'message' ? isHollow(value as Fields) : ORDINARY.has(key) || isEmpty(value)
    if (!isOrdinary) return true
  }
  return false
}

function isHollow(fields: Fields): boolean {
  for (const key of Object.keys(fields)) if (!isEmpty(fields[key])) return false
  return true
}

function isConversation(messages: unknown): boolean {
  return Array.isArray(messages) && messages.length > 0 && messages.every(isMessage)
}

function isMessage(message: unknown): boolean {
  return isText(asObject(message)?.role)
}

function hasMessages(choices: unknown): boolean {
  return Array.isArray(choices) && choices.length > 0 && choices.every(isChoice)
}

function isChoice(choice: unknown): boolean {
  return isMessage(asObject(choice)?.message)
}

/** A text that UTF-8 can hold; JSON holds the others too. */
function isText(value: unknown): value is string {
  // The one question takes three times as long as the other for a long text.
  return typeof value === 'string' && (wideUtf8(value) !== null || value.isWellFormed())
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value as object).length === 0)
}
