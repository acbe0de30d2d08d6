// A call to do again by hand. In: a record. Out: a `curl` command and an `openai` program, both without the key, which the
// reader's environment holds. Everything from the record is quoted: pasting runs nothing that the record says. Pure.
import { type Bag, bag, text } from '../../../narrow.ts'

/** Azure's own header and variable, where the record says so. */
function isAzure(record: Bag): boolean {
  return record.provider === 'azure' || /\.azure\.com$/.test(text(record.server_address) ?? '')
}

/** Scheme and host; the record keeps no scheme, so every port but 80 and a local one means https. */
function originOf(record: Bag): string {
  const host = text(record.server_address) ?? 'api.openai.com'
  const port = typeof record.server_port === 'number' ? record.server_port : 443
  const isLocal = host === 'localhost' || host === '127.0.0.1' || host === '::1'
  const scheme = port === 80 || (isLocal && port !== 443) ? 'http' : 'https'
  const isDefault = port === (scheme === 'https' ? 443 : 80)
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}${isDefault ? '' : `:${port}`}`
}

/** JSON without characters that a terminal or an editor would act on: controls and direction marks are escaped. */
function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value ?? {}, null, indent).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function shellQuote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** The call as a `curl` command; the key comes from the environment. */
export function curlOf(value: unknown): string {
  const record = bag(value)
  const path = (text(record.url_path) ?? '/v1/chat/completions').replace(/[^\x21-\x7e]/g, encodeURIComponent)
  const key = isAzure(record) ? '"api-key: $AZURE_OPENAI_API_KEY"' : '"Authorization: Bearer $OPENAI_API_KEY"'
  const body = bag(record.request).body
  const lines = [`curl ${shellQuote(originOf(record) + path)}`, `-H ${key}`]
  if (isSendable(body)) lines.push(`-H 'Content-Type: application/json'`, `--data-raw ${shellQuote(plainJson(body))}`)
  return lines.join(' \\\n  ')
}

/** A body that was sent as JSON; uploads are only described in the record. */
function isSendable(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !('file' in body)
}

/** The call as a program that uses the `openai` package. */
export function snippetOf(value: unknown): string {
  const record = bag(value)
  const method = (text(record.method) ?? '').replace(/[^\w.]/g, '') || 'chat.completions.create'
  const request = bag(bag(record.request).body)
  const origin = originOf(record)
  const isPlain = origin === 'https://api.openai.com' || isAzure(record)
  const client = isAzure(record) ? 'AzureOpenAI' : 'OpenAI'
  const options = isPlain ? '' : `{ baseURL: ${plainJson(`${origin}/v1`)} }`
  const call = `await client.${method}(${plainJson(request, 2)})`
  const use = request.stream === true ? `for await (const event of ${call}) console.log(event)` : `console.log(${call})`
  return `import ${isAzure(record) ? '{ AzureOpenAI }' : 'OpenAI'} from 'openai'\n\nconst client = new ${client}(${options})\n${use}\n`
}
