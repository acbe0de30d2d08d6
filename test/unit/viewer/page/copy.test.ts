import { execFileSync } from 'node:child_process'
import { transformSync } from 'rolldown/utils'
import { describe, expect, test } from 'vitest'
import { curlOf, snippetOf } from '../../../../src/viewer/page/call/copy.ts'

const BODY = { model: 'gpt-4o', messages: [{ role: 'user', content: 'it\'s `$(touch /tmp/x)` \\ "ok" \n!' }] }
const RECORD = {
  server_address: 'api.openai.com',
  server_port: 443,
  url_path: '/v1/chat/completions',
  method: 'chat.completions.create',
  request: { body: BODY },
}

/** What a shell makes of the command: its words, with `curl` replaced by a program that prints them. */
function wordsOf(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`
  const out = execFileSync('/bin/sh', ['-c', script], {
    env: { OPENAI_API_KEY: 'sk-test', AZURE_OPENAI_API_KEY: 'az-test' },
  })
  return out.toString().split('\0').slice(0, -1)
}

describe('curlOf', () => {
  test('a shell reads the very same request, and the key from the environment', () => {
    const [url, ...rest] = wordsOf(curlOf(RECORD))
    expect(url).toBe('https://api.openai.com/v1/chat/completions')
    expect(rest.slice(0, 4)).toEqual(['-H', 'Authorization: Bearer sk-test', '-H', 'Content-Type: application/json'])
    expect(JSON.parse(rest[5] ?? '')).toEqual(BODY)
    expect(curlOf(RECORD)).toContain('$OPENAI_API_KEY')
  })

  test('runs nothing that a hostile record says', () => {
    const hostile = {
      ...RECORD,
      server_address: "x'; touch /tmp/pwned; '",
      url_path: "/v1'$(id)`id`\n-o /etc/x",
      request: { body: { a: "'; id #" } },
    }
    const words = wordsOf(curlOf(hostile))
    expect(words).toHaveLength(7)
    expect(words[0]).toContain("'; touch /tmp/pwned; '")
    expect(JSON.parse(words[6] ?? '')).toEqual({ a: "'; id #" })
  })

  test.each([
    [{ server_address: '127.0.0.1', server_port: 8080 }, 'http://127.0.0.1:8080/v1/chat/completions'],
    [{ server_address: '::1', server_port: 8080 }, 'http://[::1]:8080/v1/chat/completions'],
    [{ server_address: 'proxy.example', server_port: 8443 }, 'https://proxy.example:8443/v1/chat/completions'],
    [{ server_address: 'proxy.example', server_port: 80 }, 'http://proxy.example/v1/chat/completions'],
    [{ server_address: null, server_port: null }, 'https://api.openai.com/v1/chat/completions'],
  ])('%j', (place, url) => {
    expect(wordsOf(curlOf({ ...RECORD, ...place }))[0]).toBe(url)
  })

  test('Azure has its own header; an upload has no body to send', () => {
    const azure = curlOf({ ...RECORD, server_address: 'me.openai.azure.com' })
    expect(wordsOf(azure)).toContain('api-key: az-test')
    expect(curlOf({ ...RECORD, request: { body: { file: { type: 'file' } } } })).not.toContain('--data-raw')
  })

  test('characters that a terminal acts on are escaped', () => {
    const command = curlOf({ ...RECORD, request: { body: { a: '\u001b[31m\u202e\u009b' } } })
    expect(command).toContain('\\u001b[31m\\u202e\\u009b')
  })
})

describe('snippetOf', () => {
  test.each([
    ['plain', RECORD, 'console.log(await client.chat.completions.create({'],
    [
      'a stream',
      { ...RECORD, request: { body: { ...BODY, stream: true } } },
      'for await (const event of await client.',
    ],
    [
      'elsewhere',
      { ...RECORD, server_address: 'proxy.example' },
      'new OpenAI({ baseURL: "https://proxy.example/v1" })',
    ],
    ['Azure', { ...RECORD, server_address: 'me.openai.azure.com' }, "import { AzureOpenAI } from 'openai'"],
    ['a hostile method', { ...RECORD, method: 'x);process.exit(' }, 'client.xprocess.exit('],
  ])('%s', (_name, record, part) => {
    const code = snippetOf(record)
    expect(code).toContain(part)
    expect(transformSync('snippet.mjs', code).errors).toEqual([])
  })
})
