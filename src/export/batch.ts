// One call → one request line of the Batch API. Rules: https://platform.openai.com/docs/guides/batch (one model and one endpoint in a file, up to
// 50,000 requests and 200 MB, streaming is not supported) and `BatchCreateParams` of the openai package. Pure but for what the file holds so far.
import { type Bag, bag, list, text } from '../narrow.ts'
import { NoForm } from './no-form.ts'

/** Endpoints of the Batch API, without those that take uploads. The longer stands before the one that ends it. */
export const BATCH_ENDPOINTS = [
  '/chat/completions',
  '/responses',
  '/embeddings',
  '/completions',
  '/moderations',
  '/images/generations',
]
const MAX_REQUESTS = 50_000
const MAX_BYTES = 200_000_000
/** Of embeddings the inputs are counted, over all requests. */
const MAX_INPUTS = 50_000

/** `{"custom_id": "<id>", "method": "POST", "url": "/v1/chat/completions", "body": {…}}` */
export function batchRequest(record: unknown): Bag | NoForm {
  const { id, method, url_path: path, request } = bag(record)
  const body = bag(bag(request).body)
  const ending = BATCH_ENDPOINTS.find((one) => text(path)?.replace(/\/+$/, '').endsWith(one))
  if (ending === undefined) return new NoForm(`an endpoint that has no batches: ${text(method) ?? 'unknown'}`)
  if (text(body.model) === null) return new NoForm('no model in the request')
  if (text(id) === null) return new NoForm('no id')
  // A batch answers whole.
  const { stream: _stream, stream_options: _options, ...rest } = body
  return { custom_id: id, method: 'POST', url: `/v1${ending}`, body: rest }
}

/** Makes the test whether a request still goes into the one file; what it lets in is counted. */
export function batchFile(): (request: { readonly value?: Bag; readonly line: string }) => NoForm | null {
  let first: { readonly url: unknown; readonly model: unknown } | null = null
  let [requests, bytes, inputs] = [0, 0, 0]
  return ({ value, line }) => {
    const { url, body } = bag(value)
    const { model, input } = bag(body)
    first ??= { url, model }
    if (url !== first.url || model !== first.model)
      return new NoForm('another model or endpoint than the first of the file (narrow with --model or --operation)')
    const size = Buffer.byteLength(line) + 1
    const count = url === '/v1/embeddings' ? Math.max(1, list(input).length) : 0
    if (requests + 1 > MAX_REQUESTS || bytes + size > MAX_BYTES || inputs + count > MAX_INPUTS)
      return new NoForm('beyond what one batch file may hold (narrow with --since and --until)')
    requests++
    bytes += size
    inputs += count
    return null
  }
}
