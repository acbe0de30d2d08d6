// The events of a `responses` stream that bring text: one row per kind, with where its text stands in the Response. Source, unless
// a row says otherwise: openai-node src/resources/responses/responses.ts (7.59). Shapes only, worker thread.
import { isObject } from '../json-walk.ts'
import type { Json } from '../record.ts'

export interface TextEvent {
  /** The event's type without `.delta`, `.added` or `.done`. */
  readonly name: string
  /** Field that the text grows in; a dot leads into an object. */
  readonly field: string
  /** Field of the `.done` event that states it whole, when it has another name. */
  readonly doneField?: string
  /** Where it stands: in the item itself, in one of its parts, or in the list of commands of its action. */
  readonly place: 'item' | 'content' | 'summary' | 'commands' | 'outputs'
  /** The item's type, and the part's when it stands in one. */
  readonly item: string
  readonly part?: string
}

const inItem = (name: string, field: string, item: string): TextEvent => ({ name, field, place: 'item', item })

export const TEXT_EVENTS: readonly TextEvent[] = [
  { name: 'response.output_text', field: 'text', place: 'content', item: 'message', part: 'output_text' },
  { name: 'response.refusal', field: 'refusal', place: 'content', item: 'message', part: 'refusal' },
  { name: 'response.reasoning_text', field: 'text', place: 'content', item: 'reasoning', part: 'reasoning_text' },
  { name: 'response.reasoning_summary_text', field: 'text', place: 'summary', item: 'reasoning', part: 'summary_text' },
  // gpt-oss servers and OpenRouter (openrouter.ai/docs/api-reference/responses/reasoning).
  { name: 'response.reasoning', field: 'text', place: 'content', item: 'reasoning', part: 'reasoning_text' },
  { name: 'response.reasoning_content', field: 'text', place: 'content', item: 'reasoning', part: 'reasoning_text' },
  { name: 'response.reasoning_summary', field: 'text', place: 'summary', item: 'reasoning', part: 'summary_text' },
  // The Realtime API's names (platform.openai.com/docs/api-reference/realtime-server-events).
  { name: 'response.text', field: 'text', place: 'content', item: 'message', part: 'output_text' },
  {
    name: 'response.output_audio_transcript',
    field: 'transcript',
    place: 'content',
    item: 'message',
    part: 'output_audio',
  },
  inItem('response.function_call_arguments', 'arguments', 'function_call'),
  inItem('response.mcp_call_arguments', 'arguments', 'mcp_call'),
  inItem('response.mcp_call.arguments', 'arguments', 'mcp_call'), // openai-node before 5.10
  inItem('response.custom_tool_call_input', 'input', 'custom_tool_call'),
  inItem('response.code_interpreter_call_code', 'code', 'code_interpreter_call'),
  inItem('response.code_interpreter_call.code', 'code', 'code_interpreter_call'), // openai-node before 5.10
  { ...inItem('response.apply_patch_call_operation_diff', 'operation.diff', 'apply_patch_call'), doneField: 'diff' },
  { name: 'response.shell_call_command', field: 'command', place: 'commands', item: 'shell_call' },
  { name: 'response.shell_call_output_content', field: 'output', place: 'outputs', item: 'shell_call_output' },
]

const BY_NAME: ReadonlyMap<string, TextEvent> = new Map(TEXT_EVENTS.map((row) => [row.name, row]))

/** The row of an event by its type, and which of its forms it is. */
export function textEventOf(type: string): { readonly row: TextEvent; readonly isDelta: boolean } | null {
  const dot = Math.max(type.lastIndexOf('.'), type.endsWith('arguments_delta') ? type.length - 6 : 0)
  const row = BY_NAME.get(type.slice(0, dot))
  return row === undefined ? null : { row, isDelta: type.endsWith('delta') }
}

/** Events whose `response` is the state of the whole response; `response.done` is the Realtime API's, and gateways'. */
export const LIFECYCLE = /^response\.(?:created|queued|in_progress|completed|failed|incomplete|cancelled|done)$/
/** Those that end the stream. */
const TERMINAL = /^response\.(?:completed|failed|incomplete|cancelled|done)$/
/** Says whether an event ends its stream with a whole Response. */
export function isTerminal(data: Json): boolean {
  return isObject(data) && typeof data.type === 'string' && TERMINAL.test(data.type)
}

/** `response.<kind>_call.<status>`: the status of one tool call. */
export const CALL_STATUS =
  /^response\.([a-z_]+_call)\.(in_progress|searching|generating|interpreting|completed|failed)$/
