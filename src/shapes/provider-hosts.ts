// Who answers at which host: OpenTelemetry's `gen_ai.provider.name`, where it has one. One row per host, with its source. Pure.

export interface ProviderHost {
  /** The host itself and all below it; an expression where a region stands in the middle of the name. */
  readonly host: string | RegExp
  readonly provider: string
  readonly source: string
}

const AZURE = 'learn.microsoft.com/azure/ai-foundry/openai/latest'
const BEDROCK = 'docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions'
const VERTEX = 'cloud.google.com/vertex-ai/generative-ai/docs/start/openai'

export const PROVIDER_HOSTS: readonly ProviderHost[] = [
  { host: 'api.openai.com', provider: 'openai', source: 'platform.openai.com/docs/api-reference' },
  { host: 'openai.azure.com', provider: 'azure.ai.openai', source: AZURE },
  { host: 'openai.azure.us', provider: 'azure.ai.openai', source: AZURE },
  { host: 'openai.azure.cn', provider: 'azure.ai.openai', source: AZURE },
  { host: 'cognitiveservices.azure.com', provider: 'azure.ai.openai', source: AZURE },
  { host: 'services.ai.azure.com', provider: 'azure.ai.inference', source: AZURE },
  { host: 'models.ai.azure.com', provider: 'azure.ai.inference', source: AZURE },
  { host: 'models.inference.ai.azure.com', provider: 'azure.ai.inference', source: 'docs.github.com/github-models' },
  // The SDK's own `bedrock()` provider goes to bedrock-mantle; other hosts of Amazon are gateways and load balancers of one's own.
  {
    host: /^bedrock(?:-[a-z]+)*\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws|vpce\.amazonaws\.com)$/,
    provider: 'aws.bedrock',
    source: BEDROCK,
  },
  { host: /\.bedrock(?:-[a-z]+)*\.[a-z0-9-]+\.vpce\.amazonaws\.com$/, provider: 'aws.bedrock', source: BEDROCK },
  { host: 'generativelanguage.googleapis.com', provider: 'gcp.gemini', source: 'ai.google.dev/gemini-api/docs/openai' },
  { host: /^(?:[a-z0-9-]+-)?aiplatform\.googleapis\.com$/, provider: 'gcp.vertex_ai', source: VERTEX },
  { host: /^aiplatform\.[a-z0-9-]+\.rep\.googleapis\.com$/, provider: 'gcp.vertex_ai', source: VERTEX },
  { host: /\.prediction\.vertexai\.goog$/, provider: 'gcp.vertex_ai', source: VERTEX },
  { host: 'api.deepseek.com', provider: 'deepseek', source: 'api-docs.deepseek.com' },
  { host: 'api.groq.com', provider: 'groq', source: 'console.groq.com/docs/openai' },
  { host: 'api.mistral.ai', provider: 'mistral_ai', source: 'docs.mistral.ai/api' },
  { host: 'codestral.mistral.ai', provider: 'mistral_ai', source: 'docs.mistral.ai/api' },
  { host: 'api.x.ai', provider: 'x_ai', source: 'docs.x.ai/docs/api-reference' },
  { host: /^[a-z0-9-]+\.api\.x\.ai$/, provider: 'x_ai', source: 'docs.x.ai/docs/key-information/regions' },
  { host: 'api.perplexity.ai', provider: 'perplexity', source: 'docs.perplexity.ai' },
  { host: 'openrouter.ai', provider: 'openrouter', source: 'openrouter.ai/docs' },
  { host: 'api.anthropic.com', provider: 'anthropic', source: 'docs.anthropic.com/en/api/openai-sdk' },
  { host: 'api.cohere.com', provider: 'cohere', source: 'docs.cohere.com/docs/compatibility-api' },
  { host: 'api.cohere.ai', provider: 'cohere', source: 'docs.cohere.com/docs/compatibility-api' },
  { host: 'api.moonshot.ai', provider: 'moonshot_ai', source: 'platform.moonshot.ai/docs' },
  { host: 'api.moonshot.cn', provider: 'moonshot_ai', source: 'platform.moonshot.cn/docs' },
  { host: 'ml.cloud.ibm.com', provider: 'ibm.watsonx.ai', source: 'cloud.ibm.com/apidocs/watsonx-ai' },
  { host: 'api.together.xyz', provider: 'together_ai', source: 'docs.together.ai/docs/openai-api-compatibility' },
  { host: 'api.together.ai', provider: 'together_ai', source: 'docs.together.ai/docs/openai-api-compatibility' },
  { host: 'api.fireworks.ai', provider: 'fireworks_ai', source: 'docs.fireworks.ai/tools-sdks/openai-compatibility' },
  { host: 'api.cerebras.ai', provider: 'cerebras', source: 'inference-docs.cerebras.ai/resources/openai' },
  { host: 'api.sambanova.ai', provider: 'sambanova', source: 'docs.sambanova.ai' },
  { host: 'api.deepinfra.com', provider: 'deepinfra', source: 'deepinfra.com/docs/openai_api' },
  { host: 'router.huggingface.co', provider: 'huggingface', source: 'huggingface.co/docs/inference-providers' },
  { host: 'integrate.api.nvidia.com', provider: 'nvidia', source: 'docs.api.nvidia.com/nim' },
  {
    host: /^dashscope(?:-[a-z]+)?\.aliyuncs\.com$/,
    provider: 'alibaba_cloud',
    source: 'alibabacloud.com/help/model-studio',
  },
  { host: 'models.github.ai', provider: 'github', source: 'docs.github.com/github-models' },
  { host: 'ollama.com', provider: 'ollama', source: 'docs.ollama.com/cloud' },
]

/** Cloudflare's AI gateway names the provider in its path: `/v1/<account>/<gateway>/<provider>/…`. */
const CLOUDFLARE_HOST = 'gateway.ai.cloudflare.com'
/** Source: developers.cloudflare.com/ai-gateway/usage/providers. */
export const CLOUDFLARE_NAMES: { readonly [slug: string]: string } = {
  openai: 'openai',
  'azure-openai': 'azure.ai.openai',
  'aws-bedrock': 'aws.bedrock',
  'google-ai-studio': 'gcp.gemini',
  'google-vertex-ai': 'gcp.vertex_ai',
  groq: 'groq',
  mistral: 'mistral_ai',
  deepseek: 'deepseek',
  grok: 'x_ai',
  'perplexity-ai': 'perplexity',
  openrouter: 'openrouter',
  anthropic: 'anthropic',
  cohere: 'cohere',
  cerebras: 'cerebras',
  huggingface: 'huggingface',
  'workers-ai': 'cloudflare',
}

/** The provider of a host that is known; null for a proxy, a local server, anybody's own gateway. */
export function providerAt(host: string, path: string | null): string | null {
  const name = host.toLowerCase().replace(/\.$/, '')
  if (name === CLOUDFLARE_HOST) {
    const slug = path?.split('/')[4] ?? ''
    return Object.hasOwn(CLOUDFLARE_NAMES, slug) ? (CLOUDFLARE_NAMES[slug] as string) : null
  }
  return PROVIDER_HOSTS.find(({ host: known }) => isAt(name, known))?.provider ?? null
}

function isAt(name: string, host: string | RegExp): boolean {
  return typeof host === 'string' ? name === host || name.endsWith(`.${host}`) : host.test(name)
}
