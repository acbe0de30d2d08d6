// Items of the Responses API as chat messages. In: items of `input` and `output`, any shape. Out: messages; calls of functions that follow each
// other share one. Pure. https://platform.openai.com/docs/guides/migrate-to-responses
import { type Bag, bag, list, text } from '../narrow.ts'
import { type Message, messageOf } from './chat-message.ts'
import { fail } from './no-form.ts'

/** Adds what was sent. */
export function addItems(messages: Message[], items: readonly unknown[]): void {
  for (const value of items) {
    const item = bag(value)
    const type = text(item.type) ?? 'message'
    if (type === 'message') messages.push(messageOf({ role: item.role, content: partsOf(item.content) }))
    else if (type === 'function_call') addCall(messages, item)
    else if (type === 'function_call_output')
      messages.push(messageOf({ role: 'tool', tool_call_id: item.call_id, content: partsOf(item.output) }))
    // What a model thought is no part of a chat.
    else if (type !== 'reasoning') fail(`an item of the kind ${type}`)
  }
}

/** What came back, as one message. */
export function outputMessage(response: Bag): Message {
  if (response.status !== undefined && response.status !== 'completed')
    fail(`an answer that ended as ${text(response.status) ?? 'unknown'}`)
  const messages: Message[] = []
  const output = list(response.output)
  const said = output.flatMap((item) => (bag(item).type === 'message' ? list(bag(item).content) : [])).map(bag)
  if (said.some((part) => part.type === 'refusal')) fail('a refusal')
  const words = said.map((part) => text(part.text) ?? '').join('')
  addItems(
    messages,
    output.filter((item) => bag(item).type !== 'message'),
  )
  const calls = messages.flatMap((message) => list(message.tool_calls))
  if (calls.length > 0) return { role: 'assistant', content: words === '' ? null : words, tool_calls: calls }
  return messageOf({ role: 'assistant', content: words })
}

function addCall(messages: Message[], item: Bag): void {
  const made = { id: item.call_id, type: 'function', function: { name: item.name, arguments: item.arguments } }
  const last = messages.at(-1)
  const before = last?.role === 'assistant' ? last : null
  const message = messageOf({
    role: 'assistant',
    content: before?.content ?? null,
    tool_calls: [...list(before?.tool_calls), made],
  })
  if (before === null) messages.push(message)
  else messages[messages.length - 1] = message
}

function partsOf(content: unknown): unknown {
  if (!Array.isArray(content)) return content
  return content.map((value) => {
    const part = bag(value)
    if (part.type === 'input_text' || part.type === 'output_text') return { type: 'text', text: part.text }
    if (part.type !== 'input_image') return part
    const url = text(part.image_url) ?? fail('a picture that lies at the server')
    return {
      type: 'image_url',
      image_url: { url, ...(typeof part.detail === 'string' ? { detail: part.detail } : {}) },
    }
  })
}
