// Messages of the Chat Completions API without what only its answers and other servers have. In: messages of any shape. Out: messages with the
// fields that the training format knows: https://platform.openai.com/docs/api-reference/fine-tuning/chat-input. Pure.
import { type Bag, bag, list, text } from '../narrow.ts'
import { fail } from './no-form.ts'

/** A message of the Chat Completions API. */
export type Message = { readonly role: string } & Bag

/** The format has no `developer`: it is what `system` was called before. */
const ROLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    system: 'system',
    developer: 'system',
    user: 'user',
    assistant: 'assistant',
    tool: 'tool',
    function: 'function',
  }),
)
const WHOLE_ENDS: ReadonlySet<unknown> = new Set(['stop', 'tool_calls', 'function_call'])
/** What a user's message may hold. */
const USER_PARTS: ReadonlySet<unknown> = new Set(['text', 'image_url'])

/** One message that was sent. */
export function messageOf(message: Bag): Message {
  const role = ROLES.get(text(message.role) ?? '') ?? fail(`a message of the role ${text(message.role) ?? 'unknown'}`)
  const name = text(message.name)
  const named = name === null ? {} : { name }
  if (role === 'assistant') return { role, ...named, ...saidBy(message) }
  const content = contentOf(message.content, role)
  if (role !== 'tool') return { role, content, ...named }
  return { role, tool_call_id: text(message.tool_call_id) ?? fail('a result without the id of its call'), content }
}

/** The message of a choice that came to its own end. */
export function answerOf(choice: Bag): Message {
  if (!WHOLE_ENDS.has(choice.finish_reason)) fail(`an answer that ended by ${text(choice.finish_reason) ?? 'nothing'}`)
  return { role: 'assistant', ...saidBy(bag(choice.message)) }
}

function saidBy(message: Bag): Bag {
  const calls = list(message.tool_calls).map((call) => toolCall(bag(call)))
  const legacy = bag(message.function_call)
  if (calls.length > 0) return { content: contentOf(message.content ?? null, 'assistant'), tool_calls: calls }
  if (typeof legacy.name === 'string') {
    const { name, arguments: args } = legacy
    return {
      content: contentOf(message.content ?? null, 'assistant'),
      function_call: { name, arguments: text(args) ?? '' },
    }
  }
  const content = contentOf(message.content, 'assistant')
  if (content === null || content === '') fail(text(message.refusal) === null ? 'an empty answer' : 'a refusal')
  return { content }
}

function toolCall({ id, type, function: called }: Bag): Bag {
  if (type !== undefined && type !== 'function') fail(`a call of a tool of the kind ${text(type) ?? 'unknown'}`)
  const { name, arguments: args } = bag(called)
  if (typeof id !== 'string' || typeof name !== 'string') fail('a tool call without id or name')
  return { id, type: 'function', function: { name, arguments: text(args) ?? JSON.stringify(args ?? {}) } }
}

function contentOf(content: unknown, role: string): unknown {
  if (typeof content === 'string') return content
  if (content === null || content === undefined)
    return role === 'assistant' || role === 'function' ? null : fail('an empty message')
  if (!Array.isArray(content)) return fail('content that is neither text nor parts')
  return content.map((value) => {
    const part = bag(value)
    const isKnown = role === 'user' ? USER_PARTS.has(part.type) : part.type === 'text'
    if (!isKnown) fail(`a part of the kind ${text(part.type) ?? 'unknown'}`)
    return part.type === 'text'
      ? { type: 'text', text: text(part.text) ?? '' }
      : { type: 'image_url', image_url: part.image_url }
  })
}
