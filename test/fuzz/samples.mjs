// What the fuzz programs begin with: a lane's facts, a call's heads, answers and streams as servers send them, a record.

export const LANE = {
  v: 1,
  pid: 42,
  hostname: 'box',
  node: 'v22',
  neatlogs: '0.1.0',
  service: 'app',
  traceId: 't1',
  tags: ['prod'],
  userId: 'u',
  metadata: { team: 'a', deep: { x: [1] } },
  rules: {
    captureContent: true,
    otlpContent: false,
    redact: [],
    maxBodyBytes: 4096,
    sampleRate: 1,
    resource: [['deployment.environment', 'x']],
    valueLengthLimit: null,
  },
  sampling: { isParentBased: true, ratio: 0.5 },
  fingerprint: 'file:/x',
  startTime: '1',
  bootId: 'b',
  pidNamespace: 'n',
}
export const OPEN = {
  t: 'open',
  id: '0199d8a0-0000-7000-8abc-123456789abc',
  at: 1795348926382.25,
  provider: 'openai',
  sdk: '6.49.0',
  verb: 'POST',
  url: 'https://api.openai.com/v1/chat/completions',
  body: 'json',
  ctx: {
    tags: ['a'],
    metadata: { k: 'v' },
    userId: 'u',
    name: 'n',
    parent: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
  },
}
export const CLOSE = {
  t: 'close',
  id: OPEN.id,
  status: 'ok',
  ms: 663.5,
  firstChunkMs: 120,
  marks: [0, 120, 40, 300],
  httpStatus: 200,
  attempts: [{ at: 1.5, ms: 600, status: 200, requestId: 'req_1', retryAfter: '1' }],
  headers: { 'content-type': 'application/json', 'x-request-id': 'req_1' },
  error: { type: 'APIError', code: 'c', message: 'm', param: 'p', status: 400, stack: 's' },
}
export const REQUEST = {
  model: 'gpt-4o',
  stream: true,
  user: 'a@b.ch',
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'hi' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      ],
    },
  ],
  tools: [
    {
      type: 'function',
      function: { name: 'f', parameters: { type: 'object', properties: { api_key: { type: 'string' } } } },
    },
  ],
}
const choice = (delta, finish_reason = null) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  model: 'gpt-4o',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
})
export const STREAMS = [
  [
    choice({ role: 'assistant', content: '' }),
    choice({ content: 'Hel' }),
    choice({ content: 'lo' }),
    choice({ tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'f', arguments: '{"a"' } }] }),
    choice({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
    choice({}, 'stop'),
    {
      id: 'c1',
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5, prompt_tokens_details: { cached_tokens: 1 } },
    },
  ],
  [
    { type: 'response.created', response: { id: 'r', model: 'gpt-4o', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { id: 'm', type: 'message', content: [] } },
    {
      type: 'response.content_part.added',
      output_index: 0,
      content_index: 0,
      item_id: 'm',
      part: { type: 'output_text', text: '' },
    },
    { type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'm', delta: 'Hello' },
    { type: 'response.function_call_arguments.delta', output_index: 1, item_id: 'f', delta: '{}' },
    {
      type: 'response.completed',
      response: {
        id: 'r',
        status: 'completed',
        output: [{ id: 'm', type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }],
        usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
      },
    },
  ],
  [
    { choices: [{ index: 0, text: 'a', logprobs: { tokens: ['a'] } }] },
    { choices: [{ index: 0, text: 'b', finish_reason: 'length' }] },
  ],
  [
    { type: 'transcript.text.delta', delta: 'a' },
    { type: 'transcript.text.done', text: 'ab' },
    { error: { message: 'overloaded', code: 529 } },
  ],
]
export const ANSWERS = [
  {
    id: 'c',
    object: 'chat.completion',
    model: 'gpt-4o',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hello', tool_calls: [] },
        finish_reason: 'stop',
        logprobs: { content: [{ token: 'He' }, { token: 'llo' }] },
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  },
  {
    error: {
      message: 'Incorrect API key provided: sk-abc',
      type: 'invalid_request_error',
      code: 'invalid_api_key',
      param: null,
    },
  },
  {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
    model: 'e',
    usage: { prompt_tokens: 1, total_tokens: 1 },
  },
  {
    created: 1,
    data: [{ b64_json: 'AAAA', revised_prompt: 'x' }],
    usage: { total_tokens: 3, input_tokens: 1, output_tokens: 2 },
  },
  {
    id: 'r',
    object: 'response',
    status: 'incomplete',
    output: [
      { type: 'reasoning', summary: [] },
      { type: 'message', content: [{ type: 'output_text', text: 'x' }] },
    ],
    usage: { input_tokens: 1 },
  },
]
