// Who answered a call: OpenTelemetry's `gen_ai.provider.name` by host, as the SDK talks to many servers. Pure, worker thread.
import { providerAt } from '../shapes/provider-hosts.ts'

/** Names the provider of a host and path; `fallback` for hosts nobody knows (a proxy, a local server). */
export function providerOf(host: string | null, path: string | null, fallback: string): string {
  // Azure's own paths are kept by gateways in front of it.
  if (path?.includes('/openai/deployments/')) return 'azure.ai.openai'
  if (host === null) return fallback
  const known = providerAt(host, path)
  // `/openai/v1` on the newer Azure hosts is OpenAI's API.
  if (known === 'azure.ai.inference' && path?.startsWith('/openai/')) return 'azure.ai.openai'
  return known ?? fallback
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
