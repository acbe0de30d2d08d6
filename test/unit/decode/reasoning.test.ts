import { describe, expect, test } from 'vitest'
import { reasoningOf, reasoningPart } from '../../../src/decode/reasoning.ts'
import { runsInProgram } from '../../../src/decode/tool-items.ts'

describe('the reasoning of a message', () => {
  test.each<[string, { readonly [field: string]: unknown }]>([
    ['DeepSeek, vLLM', { reasoning_content: 'two plus two' }],
    ['Groq, Ollama', { reasoning: 'two plus two' }],
    ['thinking', { thinking: 'two plus two' }],
    ['OpenRouter', { reasoning_details: [{ type: 'reasoning.text', text: 'two plus two', index: 0 }] }],
    ['a summary', { reasoning_details: [{ type: 'reasoning.summary', summary: 'two plus two' }] }],
    ['LiteLLM', { thinking_blocks: [{ type: 'thinking', thinking: 'two plus two', signature: 's' }] }],
    ['two names for one', { reasoning: 'two plus two', reasoning_details: [{ text: 'two plus two' }] }],
    ['an object', { reasoning: { content: 'two plus two' } }],
  ])('%s', (_server, message) => expect(reasoningOf({ content: 'four', ...message })).toEqual(['two plus two']))

  test('pieces stay pieces, and a whole that repeats them is not said twice', () => {
    const details = {
      reasoning_details: [{ text: 'two ' }, { text: 'plus' }, { type: 'reasoning.encrypted', data: 'A' }],
    }
    expect(reasoningOf(details)).toEqual(['two ', 'plus'])
    expect(reasoningOf({ ...details, reasoning: 'two plus' })).toEqual(['two plus'])
  })

  test('none where there is none', () => {
    for (const message of [
      {},
      { reasoning: null },
      { reasoning_content: '' },
      { reasoning: 7, thinking: [{ x: 1 }] },
    ]) {
      expect(reasoningOf(message)).toEqual([])
    }
  })
})

test('parts of content that are reasoning', () => {
  expect(reasoningPart({ type: 'thinking', thinking: [{ type: 'text', text: 'One ' }, { text: 'two.' }] })).toBe(
    'One two.',
  )
  expect(reasoningPart({ type: 'reasoning_text', text: 'hm' })).toBe('hm')
  expect(reasoningPart({ type: 'text', text: 'said' })).toBeNull()
  expect(reasoningPart({ type: 'thinking', x: 1 })).toBeNull()
})

test('who runs a tool call', () => {
  const program = ['function_call', 'custom_tool_call', 'computer_call', 'apply_patch_call', 'mcp_approval_request']
  for (const type of program) expect(runsInProgram({ type }), type).toBe(true)
  const server = ['web_search_call', 'file_search_call', 'code_interpreter_call', 'mcp_call', 'image_generation_call']
  for (const type of server) expect(runsInProgram({ type }), type).toBe(false)
  expect(runsInProgram({ type: 'shell_call', environment: { type: 'local' } })).toBe(true)
  expect(runsInProgram({ type: 'shell_call', environment: { type: 'container_reference' } })).toBe(false)
  expect(runsInProgram({ type: 'tool_search_call', execution: 'server' })).toBe(false)
})
