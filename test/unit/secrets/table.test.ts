// Every shape of src/secrets/shapes.ts, in every place where a server or a program puts one. The values are made up and look real enough.
import { expect, test } from 'vitest'
import { protectLane } from '../../../src/content/protect-lane.ts'
import { decodeCall } from '../../../src/decode/decode.ts'
import { outcomeOfFailure } from '../../../src/destinations/outcome.ts'
import { describeError } from '../../../src/openai/call-error.ts'
import { maskServerText } from '../../../src/openai/own-secrets.ts'
import { printable } from '../../../src/secrets/printable.ts'
import { scrubText } from '../../../src/secrets/text.ts'
import { stripUrl } from '../../../src/secrets/urls.ts'
import { inputOf, LANE } from '../decode/input.ts'

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

const BASE64 = Buffer.from(`user:${BODY}`).toString('base64')
const pem = (kind: string): string =>
  `-----BEGIN ${kind}-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0A1B\n\n${BODY}\n${BODY}\n-----END ${kind}-----`
/** What is known by the words around it. The secret in each is `BODY`, as it is or in base64. */
const PHRASES: { readonly [what: string]: string } = {
  Basic: `Basic ${BASE64}`,
  'basic in small letters': `basic ${BASE64}`,
  'BASIC in capitals': `BASIC ${BASE64}`,
  'Basic of an odd base64': `Basic ${'abcdefgh'.repeat(4)}`,
  'Authorization: Basic': `Authorization: Basic ${BASE64}`,
  'Proxy-Authorization': `Proxy-Authorization: Basic ${BASE64}`,
  'Authorization with a known scheme': `Authorization: Token ${BODY}`,
  'Authorization with any scheme': `Authorization: Odd ${BODY}`,
  'Authorization without a scheme': `authorization=${BODY}`,
  'Authorization with fields': `Authorization: Digest username="u", response="${BODY}"`,
  'Authorization of AWS': `Authorization: AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=${BODY}`,
  'Authorization on two lines': `Authorization:\n  Bearer ${BODY}`,
  'Authorization in a URL': `Authorization%3A%20Bearer%20${BODY}`,
  'Authorization in a dictionary': `{'Authorization': 'Bearer ${BODY}'}`,
  Bearer: `BEARER ${BODY}`,
  'Bearer with a colon': `Bearer: ${BODY}`,
  'PEM of RSA, encrypted': pem('RSA PRIVATE KEY'),
  'PEM of PKCS 8': pem('PRIVATE KEY'),
  'PEM, encrypted': pem('ENCRYPTED PRIVATE KEY'),
  'PEM of OpenSSH': pem('OPENSSH PRIVATE KEY'),
  'PGP key': pem('PGP PRIVATE KEY BLOCK'),
  'PEM that is cut': pem('EC PRIVATE KEY').slice(0, -40),
  'PEM on one line': `-----BEGIN PRIVATE KEY-----${BODY}-----END PRIVATE KEY-----`,
  Cookie: `Cookie: theme=dark; sid=${BODY}`,
  'Set-Cookie': `set-cookie: sid=${BODY}; Path=/; HttpOnly`,
  cookies: `{'cookies': 'a=${BODY}'}`,
  SharedAccessKey: `Endpoint=sb://x.test/;SharedAccessKeyName=Root;SharedAccessKey=${BODY}=`,
  AccountKey: `AccountName=x;AccountKey=${BODY}==;EndpointSuffix=x.test`,
  SharedAccessSignature: `SharedAccessSignature sr=x&sig=${BODY}&se=1`,
  'token=': `token=${BODY}`,
  'token in a query': `https://h.test/x?a=1&token=${BODY}`,
  'token in a fragment': `https://h.test/cb#access_token=${BODY}&x=1`,
  'token:': `Invalid token: ${BODY}`,
  'a variable': `export AZURE_OPENAI_KEY=${BODY}`,
  'an assignment in YAML': `api_key: ${BODY}`,
  'an assignment in Ruby': `:password => "${BODY}"`,
  'an element of XML': `<apiKey>${BODY}</apiKey>`,
  'an attribute of XML': `<a password="${BODY}">`,
  'the words of OpenAI': `Incorrect API key provided: '${BODY}'. You can find`,
  'user info': `redis://:${BODY}@h.test:1`,
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

/** Where a phrase is a text of its own. */
const TEXTS: { readonly [place: string]: (phrase: string) => string } = {
  'message of an error answer': (phrase) => failed({ message: phrase }),
  'JSON quoted in an error answer': (phrase) => failed({ message: JSON.stringify({ upstream: phrase }) }),
  'code of an error answer': (phrase) => failed({ message: 'm', code: phrase, param: phrase }),
  'text of an error answer that is no JSON': PLACES['text of an error answer that is no JSON'] as () => string,
  'error of the program': PLACES['error of the program'] as () => string,
  'header of the answer': PLACES['header of the answer'] as () => string,
  metadata: PLACES.metadata as () => string,
  'bytes of an error answer before the disk': (phrase) => maskServerText(phrase, []),
  'JSON of an error answer before the disk': (phrase) =>
    maskServerText(JSON.stringify({ error: { message: phrase, more: JSON.stringify({ phrase }) } }), []),
  'error of the program before the disk': (phrase) =>
    JSON.stringify(describeError(Object.assign(new Error(phrase), { code: phrase, param: phrase, name: phrase }), {})),
  'facts of a lane': (phrase) =>
    JSON.stringify(protectLane({ ...LANE, tags: [phrase], userId: phrase, metadata: { note: phrase } }, [])),
  'answer of a destination': (phrase) => {
    const body = Buffer.from(phrase)
    return JSON.stringify(
      outcomeOfFailure({ kind: 'answer', status: 400, body, retryAfterMs: null, location: null }, []),
    )
  },
  'what is printed': printable,
}

test.each(Object.keys(PHRASES))('%s', (what) => {
  const phrase = PHRASES[what] as string
  const leaks = Object.keys(TEXTS).filter((place) => {
    const text = TEXTS[place]?.(phrase) ?? ''
    return [BODY.slice(0, 12), BASE64.slice(8, 24), 'abcdefghabcd'].some((secret) => text.includes(secret))
  })
  expect(leaks).toEqual([])
})

test.each([
  'Unexpected token: function in JSON at position 12',
  'Basic understanding is needed',
  'The token limit of 128000 tokens; set max_tokens: 4096',
  'a bearer of bad news',
  'Invalid value for key: messages[0].content',
  'monkey: banana, KEY_WORDS are fine',
])('no credential: %s', (text) => {
  expect(scrubText(text, true)).toBe(text)
})

test.each(Object.keys(SHAPES))('%s', (shape) => {
  const secret = SHAPES[shape] as string
  const leaks = Object.keys(PLACES).filter((place) => PLACES[place]?.(secret).includes(secret.slice(-24)))
  expect(leaks).toEqual([])
})
