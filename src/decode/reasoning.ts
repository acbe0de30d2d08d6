// Where servers put what a model thought: one table for record, spans, view and tail. In: a chat message or a part of content, any
// shape. Out: texts in order. Pure; also part of the viewer's page, so it imports nothing but JSON narrowing.
import { isArray, isObject } from '../json-walk.ts'

/** Fields of a message or delta that hold reasoning, the first that says it wins. A new server is one line. */
export const REASONING_FIELDS: readonly string[] = [
  'reasoning_content', // DeepSeek, vLLM, SGLang, Moonshot, xAI, Qwen: https://api-docs.deepseek.com/guides/reasoning_model
  'reasoning', // OpenRouter, Groq, Ollama, vLLM since 0.12: https://console.groq.com/docs/reasoning
  'thinking', // Ollama's own API and gateways in front of it: https://docs.ollama.com/capabilities/thinking
  'reasoning_text', // GitHub Models
  'thinking_blocks', // LiteLLM in front of Anthropic: https://docs.litellm.ai/docs/reasoning_content
  'reasoning_details', // OpenRouter, MiniMax: https://openrouter.ai/docs/guides/best-practices/reasoning-tokens
]
/** Fields of one entry of such a list: `{type: 'reasoning.text', text}`, `{type: 'thinking', thinking}`, `{type: 'reasoning.summary', summary}`. */
const ENTRY_FIELDS = ['text', 'thinking', 'summary', 'reasoning', 'content'] as const
/** Types of content parts that are reasoning: OpenAI's and Mistral's (https://docs.mistral.ai/capabilities/reasoning). */
const PART_TYPES: ReadonlySet<unknown> = new Set(['thinking', 'reasoning', 'reasoning_text', 'reasoning_content'])
const MAX_DEPTH = 4

/** The reasoning texts of a message, in order; what two fields say alike comes once. Encrypted reasoning has no text. */
export function reasoningOf(message: { readonly [field: string]: unknown }): string[] {
  const found: string[] = []
  const said = new Set<string>()
  for (const field of REASONING_FIELDS) {
    const texts = reasoningTexts(message[field])
    // Servers repeat one thought under two names, whole in one and in pieces in the other.
    const whole = texts.join('')
    if (whole === '' || said.has(whole)) continue
    said.add(whole)
    found.push(...texts)
  }
  return found
}

/** The text of a content part that is reasoning, null for other parts and for those whose shape is not known. */
export function reasoningPart(part: { readonly [field: string]: unknown }): string | null {
  if (!PART_TYPES.has(part.type)) return null
  const text = reasoningTexts(part).join('')
  return text === '' ? null : text
}

/** Texts of any value that stands for reasoning: a string, an entry, or a list of them. */
export function reasoningTexts(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (depth > MAX_DEPTH) return []
  if (isArray(value)) return value.flatMap((entry) => reasoningTexts(entry, depth + 1))
  if (!isObject(value)) return []
  for (const field of ENTRY_FIELDS) {
    const texts = reasoningTexts(value[field], depth + 1)
    if (texts.length > 0) return texts
  }
  return []
}
