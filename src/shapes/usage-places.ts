// Where servers put token counts. One row per place, with the server and the source: a new place is one line. Pure; read by
// `decode/usage`, which fills the record's `usage`, and by nobody else: spans, view and tail take it from the record.
import type { Usage } from '../record.ts'

export interface UsageHolder {
  /** Path from the answer's body; the empty one is the body itself. `choices` stands for each of them. */
  readonly path: string
  readonly server: string
  readonly source: string
}

/** In order: a count that one does not have is looked for in the next. */
export const USAGE_HOLDERS: readonly UsageHolder[] = [
  { path: 'usage', server: 'OpenAI, and most', source: 'platform.openai.com/docs/api-reference/chat/object' },
  { path: 'x_groq.usage', server: 'Groq', source: 'console.groq.com/docs/api-reference' },
  { path: 'choices.usage', server: 'Moonshot', source: 'platform.moonshot.ai/docs/api/chat; earendil-works/pi#2017' },
  { path: 'choices.message.usage', server: 'gateways', source: 'QuantumNous/new-api' },
  { path: 'usageMetadata', server: 'Gemini (native)', source: 'ai.google.dev/api/generate-content#UsageMetadata' },
  { path: 'meta.tokens', server: 'Cohere', source: 'docs.cohere.com/reference/chat' },
  { path: 'usage.tokens', server: 'Cohere v2', source: 'docs.cohere.com/reference/chat' },
  {
    path: 'amazon-bedrock-invocationMetrics',
    server: 'Amazon Bedrock',
    source: 'docs.aws.amazon.com/bedrock/latest/userguide/inference-invoke',
  },
  { path: '', server: 'Ollama (native)', source: 'docs.ollama.com/api/usage' },
  { path: 'timings', server: 'llama.cpp', source: 'github.com/ggml-org/llama.cpp tools/server/README.md' },
]

export interface CountPlace {
  readonly count: keyof Usage
  /** Path from the holder. */
  readonly path: string
  readonly server: string
}

const OPENAI = 'OpenAI'
const of = (count: keyof Usage, server: string, ...paths: readonly string[]): readonly CountPlace[] =>
  paths.map((path) => ({ count, path, server }))

/** In order, first found wins. Sources: the servers' own references, as above. */
export const COUNT_PLACES: readonly CountPlace[] = [
  ...of('input_tokens', OPENAI, 'input_tokens', 'prompt_tokens'),
  ...of('input_tokens', 'Ollama (native)', 'prompt_eval_count'),
  ...of('input_tokens', 'Gemini (native)', 'promptTokenCount'),
  ...of('input_tokens', 'Amazon Bedrock', 'inputTokenCount', 'inputTokens'),
  ...of('input_tokens', 'llama.cpp', 'prompt_n'),
  ...of('output_tokens', OPENAI, 'output_tokens', 'completion_tokens'),
  ...of('output_tokens', 'Ollama (native)', 'eval_count'),
  ...of('output_tokens', 'Gemini (native)', 'candidatesTokenCount'),
  ...of('output_tokens', 'Amazon Bedrock', 'outputTokenCount', 'outputTokens'),
  ...of('output_tokens', 'llama.cpp', 'predicted_n'),
  ...of('total_tokens', OPENAI, 'total_tokens'),
  ...of('total_tokens', 'Gemini (native)', 'totalTokenCount'),
  ...of('total_tokens', 'Amazon Bedrock', 'totalTokens'),
  ...of('cache_read_input_tokens', OPENAI, 'prompt_tokens_details.cached_tokens', 'input_tokens_details.cached_tokens'),
  ...of('cache_read_input_tokens', 'OpenAI (audio)', 'input_token_details.cached_tokens'),
  ...of('cache_read_input_tokens', 'Anthropic, LiteLLM', 'cache_read_input_tokens'),
  ...of('cache_read_input_tokens', 'Moonshot', 'cached_tokens'),
  ...of('cache_read_input_tokens', 'DeepSeek', 'prompt_cache_hit_tokens'),
  ...of('cache_read_input_tokens', 'Mistral', 'num_cached_tokens'),
  ...of('cache_read_input_tokens', 'Amazon Bedrock', 'cacheReadInputTokens', 'cacheReadInputTokenCount'),
  ...of('cache_read_input_tokens', 'Gemini (native)', 'cachedContentTokenCount'),
  ...of('cache_read_input_tokens', 'llama.cpp', 'cache_n'),
  ...of('cache_write_input_tokens', 'OpenRouter', 'prompt_tokens_details.cache_write_tokens'),
  ...of('cache_write_input_tokens', OPENAI, 'input_tokens_details.cache_write_tokens'),
  ...of('cache_write_input_tokens', 'LiteLLM', 'prompt_tokens_details.cache_creation_tokens'),
  ...of('cache_write_input_tokens', 'Anthropic', 'cache_creation_input_tokens'),
  ...of('cache_write_input_tokens', 'gateways', 'cache_write_tokens'),
  ...of('cache_write_input_tokens', 'Amazon Bedrock', 'cacheWriteInputTokens', 'cacheWriteInputTokenCount'),
  ...of(
    'reasoning_output_tokens',
    OPENAI,
    'completion_tokens_details.reasoning_tokens',
    'output_tokens_details.reasoning_tokens',
  ),
  ...of('reasoning_output_tokens', 'Perplexity, SGLang', 'reasoning_tokens'),
  ...of('reasoning_output_tokens', 'Gemini (native)', 'thoughtsTokenCount'),
  ...of('audio_input_tokens', OPENAI, 'prompt_tokens_details.audio_tokens', 'input_tokens_details.audio_tokens'),
  ...of('audio_input_tokens', 'OpenAI (audio)', 'input_token_details.audio_tokens'),
  ...of('audio_output_tokens', OPENAI, 'completion_tokens_details.audio_tokens', 'output_tokens_details.audio_tokens'),
  ...of('audio_output_tokens', 'OpenAI (audio)', 'output_token_details.audio_tokens'),
  ...of('text_input_tokens', 'xAI, LiteLLM', 'prompt_tokens_details.text_tokens'),
  ...of('text_input_tokens', 'OpenAI (images)', 'input_tokens_details.text_tokens'),
  ...of('text_input_tokens', 'OpenAI (audio)', 'input_token_details.text_tokens'),
  ...of('text_output_tokens', 'LiteLLM', 'completion_tokens_details.text_tokens'),
  ...of('text_output_tokens', 'OpenAI (images)', 'output_tokens_details.text_tokens'),
  ...of('text_output_tokens', 'OpenAI (audio)', 'output_token_details.text_tokens'),
  ...of('image_input_tokens', 'xAI, LiteLLM', 'prompt_tokens_details.image_tokens'),
  ...of('image_input_tokens', 'OpenAI (images)', 'input_tokens_details.image_tokens'),
  ...of('image_input_tokens', 'OpenAI (audio)', 'input_token_details.image_tokens'),
  ...of('image_output_tokens', 'OpenRouter, LiteLLM', 'completion_tokens_details.image_tokens'),
  ...of('image_output_tokens', 'OpenAI (images)', 'output_tokens_details.image_tokens'),
  ...of('image_output_tokens', 'OpenAI (audio)', 'output_token_details.image_tokens'),
]

export interface PartialOutput {
  readonly provider: string
  readonly model: RegExp
  readonly source: string
}

/**
 * Servers whose output count leaves reasoning out while their total has it in. Where the total says so exactly (input + output +
 * reasoning), no row is needed; these say how much is missing only by the total.
 */
export const PARTIAL_OUTPUT: readonly PartialOutput[] = [
  {
    provider: 'gcp.gemini',
    model: /(?:^|\/)gemini/i,
    source: 'ai.google.dev/gemini-api/docs/openai; mozilla-ai/any-llm#1290',
  },
  {
    provider: 'gcp.vertex_ai',
    model: /(?:^|\/)gemini/i,
    source: 'cloud.google.com/vertex-ai docs; mozilla-ai/any-llm#1290',
  },
]
