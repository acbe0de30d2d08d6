// Every shape of src/secrets/shapes.ts, in every place where a server or a program puts one. The values are made up and look real enough.
import { expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { stripUrl } from '../../../src/secrets/urls.ts'
import { inputOf } from '../decode/input.ts'

const BODY = 'Zq7'.repeat(12)
/** Put together here, so that no scanner takes a line of this file for a leak. */
const SHAPES: { readonly [what: string]: string } = {
  'OpenAI key': `sk-${BODY}`,
  'OpenAI project key': `sk-proj-${BODY}`,
  'OpenAI admin key': `sk-admin-${BODY}`,
  'ephemeral key': `ek_${BODY}`,
  'Stripe key': `sk_live_${BODY}`,
  'Groq key': `gsk_${BODY}`,
  'Hugging Face token': `hf_${BODY}`,
  'npm token': `npm_${BODY}`,
  'Replicate token': `r8_${BODY}`,
  'restricted key': `rk_test_${BODY}`,
  'secret of a webhook': `whsec_${BODY}`,
  'Pinecone key': `pcsk_${BODY}`,
  'LangSmith key': `lsv2_${BODY}`,
  'DigitalOcean token': `dop_v1_${BODY}`,
  'NeatLogs key': `nlw_${BODY}`,
  'Cerebras key': `csk-${BODY}`,
  'Fireworks key': `fw-${BODY}`,
  'Tavily key': `tvly-${BODY}`,
  'session key': `sess-${BODY}`,
  'AWS temporary key id': `ASIA${'QZ7X'.repeat(4)}`,
  'xAI key': `xai-${BODY}`,
  'Perplexity key': `pplx-${BODY}`,
  'GitLab token': `glpat-${BODY}`,
  'NVIDIA key': `nvapi-${BODY}`,
  'GitHub token': `ghp_${BODY}`,
  'GitHub fine-grained token': `github_pat_${BODY}`,
  'Google token': `ya29.${BODY}`,
  'Google key': `AIza${BODY}`,
  'SendGrid key': `SG.${BODY}`,
  'Slack token': `xoxb-${BODY}`,
  'AWS key id': `AKIA${'QZ7X'.repeat(4)}`,
  'JSON web token': `eyJ${BODY}.${BODY}.${BODY}`,
}

const failed = (error: object): string =>
  JSON.stringify(decodeCall(inputOf({ close: { status: 'error', httpStatus: 401 }, answer: { error } })))

/** Where it is put, as what is recorded of it. */
const PLACES: { readonly [place: string]: (secret: string) => string } = {
  'message of an error answer': (secret) => failed({ message: `no access with ${secret}.` }),
  'code of an error answer': (secret) => failed({ message: 'm', code: secret }),
  'parameter of an error answer': (secret) => failed({ message: 'm', param: secret }),
  'text of an error answer that is no JSON': (secret) =>
    JSON.stringify(decodeCall(inputOf({ close: { status: 'error', httpStatus: 502 }, answer: `<p>${secret}</p>` }))),
  'error of the program': (secret) =>
    JSON.stringify(
      decodeCall(
        inputOf({ close: { status: 'error', error: { type: 'E', message: secret, stack: `E: ${secret}\n at x` } } }),
      ),
    ),
  'field of the request': (secret) => JSON.stringify(decodeCall(inputOf({ request: { model: 'm', api_key: secret } }))),
  'header of a tool': (secret) =>
    JSON.stringify(
      decodeCall(
        inputOf({
          request: { tools: [{ type: 'mcp', headers: { Authorization: `Bearer ${secret}`, 'X-Own': secret } }] },
        }),
      ),
    ),
  'JSON quoted in a prompt': (secret) =>
    JSON.stringify(
      decodeCall(
        inputOf({ request: { messages: [{ role: 'user', content: JSON.stringify({ a: { password: secret } }) }] } }),
      ),
    ),
  'query of a URL in a prompt': (secret) =>
    JSON.stringify(
      decodeCall(inputOf({ request: { input: `get https://h/x?api_key=${encodeURIComponent(secret)}&q=1` } })),
    ),
  'user info of a URL in a prompt': (secret) =>
    JSON.stringify(decodeCall(inputOf({ request: { input: `db: https://u:${secret}@h/x` } }))),
  'header of the answer': (secret) =>
    JSON.stringify(
      decodeCall(inputOf({ close: { headers: { 'content-type': 'application/json', 'x-request-id': secret } } })),
    ),
  'query of the base URL': (secret) => stripUrl(`https://h/v1/x?subscription-key=${encodeURIComponent(secret)}`),
  'user info of the base URL': (secret) => stripUrl(`https://u:${secret}@h/v1/x`),
  metadata: (secret) =>
    JSON.stringify(
      decodeCall(inputOf({ open: { ctx: { metadata: { note: secret }, userId: secret, tags: [secret] } } })),
    ),
}

test.each(Object.keys(SHAPES))('%s', (shape) => {
  const secret = SHAPES[shape] as string
  const leaks = Object.keys(PLACES).filter((place) => PLACES[place]?.(secret).includes(secret.slice(-24)))
  expect(leaks).toEqual([])
})
