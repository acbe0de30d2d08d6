// Which text fields of a stream grow by each delta. Every other text is a word: the last one counts, and a fold that would lose
// a former one says so. One row per field, with the server that sends it and the source. Pure; used by every fold.

export interface GrowingText {
  readonly field: string
  readonly server: string
  readonly source: string
}

const OPENAI = 'github.com/openai/openai-node'

export const GROWING_TEXTS: readonly GrowingText[] = [
  { field: 'content', server: 'OpenAI', source: `${OPENAI} src/lib/ChatCompletionStream.ts` },
  { field: 'refusal', server: 'OpenAI', source: `${OPENAI} src/lib/ChatCompletionStream.ts` },
  { field: 'arguments', server: 'OpenAI', source: `${OPENAI} src/lib/ChatCompletionStream.ts` },
  { field: 'input', server: 'OpenAI (custom tools)', source: `${OPENAI} src/lib/ChatCompletionStream.ts` },
  { field: 'transcript', server: 'OpenAI (audio)', source: 'platform.openai.com/docs/guides/audio' },
  { field: 'data', server: 'OpenAI (audio), OpenRouter (reasoning.encrypted)', source: 'openrouter.ai/docs' },
  { field: 'text', server: 'OpenAI (completions), Mistral', source: 'docs.mistral.ai/capabilities/reasoning' },
  { field: 'delta', server: 'OpenAI (Responses)', source: `${OPENAI} src/resources/responses/responses.ts` },
  { field: 'code', server: 'OpenAI (code interpreter)', source: `${OPENAI} src/resources/responses/responses.ts` },
  { field: 'diff', server: 'OpenAI (apply_patch)', source: `${OPENAI} src/resources/responses/responses.ts` },
  { field: 'stdout', server: 'OpenAI (shell)', source: `${OPENAI} src/resources/responses/responses.ts` },
  { field: 'stderr', server: 'OpenAI (shell)', source: `${OPENAI} src/resources/responses/responses.ts` },
  {
    field: 'reasoning_content',
    server: 'DeepSeek, SGLang, Moonshot, xAI',
    source: 'api-docs.deepseek.com/guides/thinking_mode',
  },
  { field: 'reasoning', server: 'OpenRouter, Groq, Ollama, vLLM', source: 'console.groq.com/docs/reasoning' },
  { field: 'reasoning_text', server: 'GitHub Copilot', source: 'github.com/sst/opencode packages/opencode' },
  { field: 'thinking', server: 'Ollama, LiteLLM, Mistral', source: 'docs.litellm.ai/docs/reasoning_content' },
  { field: 'thought', server: 'Gemini bridges', source: 'ai.google.dev/gemini-api/docs/openai' },
  {
    field: 'summary',
    server: 'OpenRouter (reasoning.summary)',
    source: 'openrouter.ai/docs/use-cases/reasoning-tokens',
  },
  { field: 'partial_json', server: 'Anthropic bridges', source: 'docs.anthropic.com/en/api/messages-streaming' },
]

const FIELDS: ReadonlySet<string> = new Set(GROWING_TEXTS.map(({ field }) => field))

/** Says whether the pieces of this field are to be joined. */
export function isGrowing(field: string): boolean {
  return FIELDS.has(field)
}

/** Words of which a later one may replace a former without a loss: names, states, marks of one chunk. */
const WORDS: ReadonlySet<string> = new Set(
  (
    'id type role name format model status state object index phase channel recipient severity finish_reason stop_reason ' +
    'native_finish_reason provider service_tier system_fingerprint obfuscation created timestamp date version encoding ' +
    'author event kind language node worker region'
  ).split(' '),
)

/** Says whether a field holds such a word: by name, or by how its name ends (`request_id`, `created_at`). */
export function isWord(field: string): boolean {
  return WORDS.has(field) || /(?:_id|Id|_at|At|_time|_type|_status|_reason|_hash|fingerprint|timestamp)$/.test(field)
}
