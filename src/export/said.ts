// What was asked last and what was answered, as texts. In: a record's bodies, of any shape. Out: whole texts, '' when there is none. Pure.
import { reasoningOf, reasoningPart } from '../decode/reasoning.ts'
import { runsInProgram } from '../decode/tool-items.ts'
import { type Bag, bag, finite, list, text } from '../narrow.ts'

/** What was asked last: the last message, input or prompt; `↳` marks a tool's result. */
export function askedText(body: unknown): string {
  const request = bag(body)
  const asked = lastAsked(request.messages) ?? lastAsked(request.input) ?? lastAsked(request.prompt)
  return asked ?? fileName(request) ?? text(request.instructions) ?? text(body) ?? ''
}

function fileName(request: Bag): string | null {
  const file = bag(request.file ?? list(request.image)[0] ?? request.image)
  return text(file.filename) ?? text(file.name)
}

function lastAsked(value: unknown): string | null {
  if (typeof value === 'string') return value
  const items = list(value)
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i]
    if (typeof item === 'string') return item
    const { role, type, content, output } = bag(item)
    if (role === 'tool' || type === 'function_call_output') return `↳ ${contentText(content ?? output) ?? ''}`
    const words = role === 'assistant' ? null : contentText(content ?? item)
    if (words !== null) return words
  }
  return null
}

/** Text of a content field: a string, or the texts of its parts; `[image]` and the like for parts without text. */
export function contentText(content: unknown): string | null {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return text(bag(content).text)
  const texts = content.map((part) => partText(part)).filter((part) => part !== '')
  return texts.length > 0 ? texts.join(' ') : null
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part
  // The page shows what was thought; the line of a list says the answer.
  if (reasoningPart(bag(part)) !== null) return ''
  const { text: words, transcript, refusal, type } = bag(part)
  if (typeof words === 'string') return words
  if (typeof transcript === 'string') return transcript
  if (typeof refusal === 'string') return refusal
  if (typeof type !== 'string') return ''
  return `[${type.replace(/^input_|^output_|_url$/g, '')}]`
}

/** What came back: text, tool calls as `name(arguments)`, a refusal, or a count of vectors or images. */
export function answeredText(body: unknown): string {
  const response = bag(body)
  const words =
    choicesText(list(response.choices)) ??
    outputText(list(response.output)) ??
    text(response.output_text) ??
    text(response.text) ??
    dataText(list(response.data)) ??
    resultsText(list(response.results))
  return words ?? text(body) ?? ''
}

function choicesText(choices: readonly unknown[]): string | null {
  const choice = bag(choices[0])
  const message = bag(choice.message)
  const calls = list(message.tool_calls).map((call) => callText(bag(bag(call).function ?? bag(call).custom)))
  const parts = [contentText(message.content), text(message.refusal), ...calls, text(choice.text)].filter(Boolean)
  if (parts.length > 0) return parts.join(' ')
  return reasoningOf(message)[0] ?? null // it thought, and got no further
}

function outputText(output: readonly unknown[]): string | null {
  const parts = output.map((value) => {
    const item = bag(value)
    if (item.type === 'message') return contentText(item.content)
    return typeof item.name === 'string' ? callText(item) : programCall(item)
  })
  return parts.some(Boolean) ? parts.filter(Boolean).join(' ') : null
}

/** Calls without a name that wait for the program: `shell(ls)`. */
function programCall(item: Bag): string | null {
  return runsInProgram(item) ? callText({ ...item, name: String(item.type).replace(/_call$/, '') }) : null
}

function callText(call: Bag): string {
  return `${text(call.name) ?? 'tool'}(${text(call.arguments) ?? text(call.input) ?? ''})`
}

function dataText(data: readonly unknown[]): string | null {
  if (data.length === 0) return null
  const first = bag(data[0])
  const noun = 'embedding' in first ? 'vector' : 'image'
  const dimensions = finite(bag(first.embedding).dimensions)
  const size = dimensions === null ? '' : ` of ${dimensions.toLocaleString('en-US')} dimensions`
  return text(first.revised_prompt) ?? `${data.length} ${noun}${data.length === 1 ? '' : 's'}${size}`
}

function resultsText(results: readonly unknown[]): string | null {
  const { flagged, categories } = bag(results[0])
  if (typeof flagged !== 'boolean') return null
  const names = Object.entries(bag(categories)).filter(([, hit]) => hit === true)
  return flagged ? `flagged: ${names.map(([name]) => name).join(', ')}` : 'not flagged'
}
