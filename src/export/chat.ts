// A call as a chat: what fine-tuning and evals are made of. In: a record of a chat or a Responses call. Out: messages that were sent, the
// message that came back, the tools; or why there is no such form. Pure.
import { type Bag, bag, list, text } from '../narrow.ts'
import { answerOf, type Message, messageOf } from './chat-message.ts'
import { fail, NoForm } from './no-form.ts'
import { addItems, outputMessage } from './response-items.ts'

export interface Chat {
  readonly messages: readonly Message[]
  readonly answer: Message
  readonly tools: readonly unknown[] | null
  readonly functions: readonly unknown[] | null
  readonly parallelToolCalls: boolean | null
}

/** Gives the chat, or says why there is none. */
export function chatOf(record: unknown): Chat | NoForm {
  const { operation, request, response, status } = bag(record)
  if (status !== 'ok') return new NoForm(`no answer to learn from: the call ended as ${text(status) ?? 'unknown'}`)
  const [asked, answered] = [bag(bag(request).body), bag(bag(response).body)]
  try {
    if (operation === 'chat' && Array.isArray(asked.messages)) return chatCall(asked, answered)
    if (operation === 'responses' && (typeof asked.input === 'string' || Array.isArray(asked.input)))
      return responsesCall(asked, answered)
  } catch (error) {
    if (error instanceof NoForm) return error
    throw error
  }
  return new NoForm(`no conversation: ${text(operation) ?? 'unknown'}`)
}

function chatCall(request: Bag, response: Bag): Chat {
  return {
    messages: list(request.messages).map((message) => messageOf(bag(message))),
    answer: answerOf(bag(list(response.choices)[0])),
    tools: toolsOf(request.tools, (tool) => tool.function),
    functions: Array.isArray(request.functions) && request.functions.length > 0 ? request.functions : null,
    parallelToolCalls: typeof request.parallel_tool_calls === 'boolean' ? request.parallel_tool_calls : null,
  }
}

function responsesCall(request: Bag, response: Bag): Chat {
  if (text(request.previous_response_id) !== null || (request.conversation ?? null) !== null)
    fail('its earlier turns lie at the server')
  if ((request.prompt ?? null) !== null) fail('its prompt lies at the server')
  const messages: Message[] = []
  if (typeof request.instructions === 'string') messages.push({ role: 'system', content: request.instructions })
  if (typeof request.input === 'string') messages.push({ role: 'user', content: request.input })
  addItems(messages, list(request.input))
  return {
    messages,
    answer: outputMessage(response),
    tools: toolsOf(request.tools, ({ type: _type, ...tool }) => tool),
    functions: null,
    parallelToolCalls: typeof request.parallel_tool_calls === 'boolean' ? request.parallel_tool_calls : null,
  }
}

/** Tools of functions: of others the formats know nothing. */
function toolsOf(tools: unknown, functionOf: (tool: Bag) => unknown): readonly unknown[] | null {
  if (list(tools).length === 0) return null
  return list(tools).map((value) => {
    const tool = bag(value)
    if (tool.type !== 'function') fail(`a tool of the kind ${text(tool.type) ?? 'unknown'}`)
    return { type: 'function', function: functionOf(tool) }
  })
}
