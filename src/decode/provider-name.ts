// Who answered a call: OpenTelemetry's `gen_ai.provider.name` by host, as the SDK talks to many servers. Pure, worker thread.

const HOSTS: readonly (readonly [ending: string, provider: string])[] = [
  ['api.openai.com', 'openai'],
  ['openai.azure.com', 'azure.ai.openai'],
  ['cognitiveservices.azure.com', 'azure.ai.openai'],
  ['services.ai.azure.com', 'azure.ai.inference'],
  ['models.ai.azure.com', 'azure.ai.inference'],
  ['api.deepseek.com', 'deepseek'],
  ['api.groq.com', 'groq'],
  ['api.mistral.ai', 'mistral_ai'],
  ['api.x.ai', 'x_ai'],
  ['api.perplexity.ai', 'perplexity'],
  ['openrouter.ai', 'openrouter'],
  ['api.anthropic.com', 'anthropic'],
  ['api.cohere.com', 'cohere'],
  ['api.cohere.ai', 'cohere'],
  ['api.moonshot.ai', 'moonshot_ai'],
  ['api.moonshot.cn', 'moonshot_ai'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['amazonaws.com', 'aws.bedrock'],
  ['ml.cloud.ibm.com', 'ibm.watsonx.ai'],
  ['api.together.xyz', 'together_ai'],
  ['api.fireworks.ai', 'fireworks_ai'],
]

/** Names the provider of a host and path; `fallback` for hosts nobody knows (a proxy, a local server). */
export function providerOf(host: string | null, path: string | null, fallback: string): string {
  // Azure's own paths are kept by gateways in front of it.
  if (path?.includes('/openai/deployments/')) return 'azure.ai.openai'
  if (host === null) return fallback
  const known = HOSTS.find(([ending]) => host === ending || host.endsWith(`.${ending}`))
  // `/openai/v1` on the newer Azure hosts is OpenAI's API.
  if (known?.[1] === 'azure.ai.inference' && path?.startsWith('/openai/')) return 'azure.ai.openai'
  return known?.[1] ?? fallback
}

/** The deployment that an Azure path names: the model, when the request does not say. */
export function deploymentOf(path: string | null): string | null {
  const name = path === null ? undefined : /\/deployments\/([^/]+)/.exec(path)?.[1]
  if (name === undefined) return null
  try {
    return decodeURIComponent(name)
  } catch {
    return name // a stray `%`: as it stands in the path
  }
}
