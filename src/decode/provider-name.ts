// Who answered a call: OpenTelemetry's `gen_ai.provider.name` by host, as the SDK talks to many servers. Pure, worker thread.
import { providerAt } from '../shapes/provider-hosts.ts'

/** A program's calls go to a few places; one that names an id in each is not remembered for ever. */
const MAX_KNOWN = 200
const known = new Map<string, string>()

/** Names the provider of a host and path; `fallback` for hosts nobody knows (a proxy, a local server). */
export function providerOf(host: string | null, path: string | null, fallback: string): string {
  const key = `${host} ${path} ${fallback}`
  let provider = known.get(key)
  if (provider === undefined) {
    provider = findProvider(host, path, fallback)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(key, provider)
  }
  return provider
}

function findProvider(host: string | null, path: string | null, fallback: string): string {
  // Azure's own paths are kept by gateways in front of it.
  if (path?.includes('/openai/deployments/')) return 'azure.ai.openai'
  if (host === null) return fallback
  const byHost = providerAt(host, path)
  // `/openai/v1` on the newer Azure hosts is OpenAI's API.
  if (byHost === 'azure.ai.inference' && path?.startsWith('/openai/')) return 'azure.ai.openai'
  return byHost ?? fallback
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
