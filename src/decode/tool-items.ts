// Who runs a tool call of the Responses API: the program, which must answer it, or the provider. One table for finish reasons and spans.
// In: an output item, any shape. Pure. https://platform.openai.com/docs/api-reference/responses/object

/** Items that wait for the program to run something, or to allow it. */
const PROGRAM_CALLS: ReadonlySet<unknown> = new Set([
  'function_call',
  'custom_tool_call',
  'computer_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
  'mcp_approval_request',
  'tool_search_call',
])

type Item = { readonly [field: string]: unknown }

/** Says whether the program executes this call. A shell in a container of the provider and a hosted tool search are the provider's own. */
export function runsInProgram(item: Item): boolean {
  if (!PROGRAM_CALLS.has(item.type)) return false
  if (item.type === 'tool_search_call') return item.execution === 'client'
  const { environment } = item
  const place = typeof environment === 'object' && environment !== null ? (environment as Item).type : undefined
  return typeof place !== 'string' || !place.startsWith('container')
}
