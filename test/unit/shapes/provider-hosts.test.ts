import { describe, expect, test } from 'vitest'
import { providerOf } from '../../../src/decode/provider-name.ts'
import { CLOUDFLARE_NAMES, PROVIDER_HOSTS, providerAt } from '../../../src/shapes/provider-hosts.ts'

describe('providerAt', () => {
  const named = PROVIDER_HOSTS.flatMap(({ host, provider }) => (typeof host === 'string' ? [{ host, provider }] : []))
  test.each(named)('$host and what lies below it, and nothing that only ends alike', ({ host, provider }) => {
    expect(providerAt(host, null)).toBe(provider)
    expect(providerAt(`eu.${host}`, null)).not.toBeNull()
    expect(providerAt(`x${host}`, null)).toBeNull()
    expect(providerAt(`${host}.evil.example`, null)).toBeNull()
  })

  test.each([
    ['bedrock-mantle.us-east-1.api.aws', 'aws.bedrock'],
    ['bedrock-runtime.us-east-1.amazonaws.com', 'aws.bedrock'],
    ['bedrock-runtime.us-east-1.api.aws', 'aws.bedrock'],
    ['bedrock-runtime-fips.us-gov-west-1.amazonaws.com', 'aws.bedrock'],
    ['bedrock.cn-north-1.amazonaws.com.cn', 'aws.bedrock'],
    ['vpce-0a1.bedrock-runtime.eu-west-1.vpce.amazonaws.com', 'aws.bedrock'],
    ['my-llm-gateway-123.us-east-1.elb.amazonaws.com', null],
    ['abc123.execute-api.eu-west-1.amazonaws.com', null],
    ['bedrock-runtime.us-east-1.amazonaws.com.evil.example', null],
    ['us-central1-aiplatform.googleapis.com', 'gcp.vertex_ai'],
    ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
    ['aiplatform.eu.rep.googleapis.com', 'gcp.vertex_ai'],
    ['storage.googleapis.com', null],
    ['us-west-1.api.x.ai', 'x_ai'],
    ['dashscope-intl.aliyuncs.com', 'alibaba_cloud'],
    ['oss.aliyuncs.com', null],
    ['API.OpenAI.com.', 'openai'],
    ['localhost', null],
  ])('%s → %s', (host, provider) => {
    expect(providerAt(host, '/v1/chat/completions')).toBe(provider)
  })

  test.each(Object.entries(CLOUDFLARE_NAMES))("Cloudflare's gateway to %s", (slug, provider) => {
    expect(providerAt('gateway.ai.cloudflare.com', `/v1/account/gateway/${slug}/chat/completions`)).toBe(provider)
  })

  test("Cloudflare's gateway to what is not known", () => {
    expect(providerAt('gateway.ai.cloudflare.com', '/v1/account/gateway/compat/chat/completions')).toBeNull()
    expect(providerAt('gateway.ai.cloudflare.com', null)).toBeNull()
    expect(providerOf('gateway.ai.cloudflare.com', '/v1/a/g/constructor', 'openai')).toBe('openai')
  })
})
