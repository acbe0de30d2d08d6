// The published rules of OpenAI's file formats, as JSON schemas written from the documents named at each. In: a line of a file. Out: what is wrong.
import { Ajv } from 'ajv'

const TEXT_PART = {
  type: 'object',
  properties: { type: { const: 'text' }, text: { type: 'string' } },
  required: ['type', 'text'],
  additionalProperties: false,
}
const PICTURE_PART = {
  type: 'object',
  properties: {
    type: { const: 'image_url' },
    image_url: {
      type: 'object',
      properties: { url: { type: 'string' }, detail: { enum: ['auto', 'low', 'high'] } },
      required: ['url'],
      additionalProperties: false,
    },
  },
  required: ['type', 'image_url'],
  additionalProperties: false,
}
const texts = { anyOf: [{ type: 'string' }, { type: 'array', items: TEXT_PART, minItems: 1 }] }
const name = { type: 'string' }
const CALL = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    type: { const: 'function' },
    function: {
      type: 'object',
      properties: { name: { type: 'string' }, arguments: { type: 'string' } },
      required: ['name', 'arguments'],
      additionalProperties: false,
    },
  },
  required: ['id', 'type', 'function'],
  additionalProperties: false,
}
const FUNCTION = {
  type: 'object',
  properties: {
    name: { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,64}$' },
    description: { type: 'string' },
    parameters: { type: 'object' },
    strict: { type: ['boolean', 'null'] },
  },
  required: ['name'],
  additionalProperties: false,
}
const message = (role: string, properties: object, required: readonly string[]) => ({
  type: 'object',
  properties: { role: { const: role }, ...properties },
  required: ['role', ...required],
  additionalProperties: false,
})

/** `CreateChatCompletionRequest`'s messages as `FineTuneChatRequestInput` takes them: no `developer`, and assistants with `weight`. */
const MESSAGE = {
  oneOf: [
    message('system', { content: texts, name }, ['content']),
    message(
      'user',
      {
        content: {
          anyOf: [{ type: 'string' }, { type: 'array', items: { oneOf: [TEXT_PART, PICTURE_PART] }, minItems: 1 }],
        },
        name,
      },
      ['content'],
    ),
    {
      ...message(
        'assistant',
        {
          content: { anyOf: [...texts.anyOf, { type: 'null' }] },
          name,
          weight: { enum: [0, 1] },
          tool_calls: { type: 'array', items: CALL, minItems: 1 },
          function_call: CALL.properties.function,
        },
        [],
      ),
      // "Required unless tool_calls or function_call is specified."
      anyOf: [
        { required: ['content'], properties: { content: texts } },
        { required: ['tool_calls'] },
        { required: ['function_call'] },
      ],
    },
    message('tool', { content: texts, tool_call_id: { type: 'string' } }, ['content', 'tool_call_id']),
    message('function', { content: { type: ['string', 'null'] }, name }, ['content', 'name']),
  ],
}

/** https://platform.openai.com/docs/api-reference/fine-tuning/chat-input (`FineTuneChatRequestInput`) */
const FINE_TUNING = {
  type: 'object',
  properties: {
    messages: { type: 'array', items: MESSAGE, minItems: 1 },
    tools: {
      type: 'array',
      items: {
        type: 'object',
        properties: { type: { const: 'function' }, function: FUNCTION },
        required: ['type', 'function'],
        additionalProperties: false,
      },
    },
    parallel_tool_calls: { type: 'boolean' },
    functions: { type: 'array', items: FUNCTION, minItems: 1, maxItems: 128 },
  },
  required: ['messages'],
  additionalProperties: false,
}

/**
 * https://platform.openai.com/docs/api-reference/batch/request-input (`BatchRequestInput`), endpoints of `BatchCreateParams` in openai 7.59. "custom_id:
 * must be unique for each request in a batch"; each file "can only include requests to a single model".
 */
const BATCH = {
  type: 'object',
  properties: {
    custom_id: { type: 'string', minLength: 1 },
    method: { const: 'POST' },
    url: {
      enum: [
        '/v1/responses',
        '/v1/chat/completions',
        '/v1/embeddings',
        '/v1/completions',
        '/v1/moderations',
        '/v1/images/generations',
        '/v1/images/edits',
        '/v1/videos',
      ],
    },
    body: {
      type: 'object',
      properties: { model: { type: 'string' }, stream: false, stream_options: false },
      required: ['model'],
    },
  },
  required: ['custom_id', 'method', 'url', 'body'],
  additionalProperties: false,
}

/** https://platform.openai.com/docs/api-reference/evals/createRun (`EvalJsonlFileContentSource`): `item` is an object, `sample` may be one. */
const EVALS = {
  type: 'object',
  properties: { item: { type: 'object' }, sample: { type: 'object' } },
  required: ['item'],
  additionalProperties: false,
}

const ajv = new Ajv({ allErrors: true, strict: false })
const CHECKS = { 'fine-tuning': ajv.compile(FINE_TUNING), batch: ajv.compile(BATCH), evals: ajv.compile(EVALS) }

/** What is wrong with the lines of a file; empty when the file may be sent. */
export function problemsOf(format: keyof typeof CHECKS, lines: readonly string[]): string[] {
  const values = lines.map((line) => JSON.parse(line) as { readonly [field: string]: unknown })
  const check = CHECKS[format]
  const shapes = values.flatMap((value, at) =>
    check(value) ? [] : [`line ${at + 1}: ${ajv.errorsText(check.errors)}`],
  )
  if (format === 'batch') return [...shapes, ...batchProblems(values)]
  return format === 'fine-tuning' ? [...shapes, ...values.flatMap(trainingProblems)] : shapes
}

function batchProblems(values: readonly { readonly [field: string]: unknown }[]): string[] {
  const distinct = (list: readonly unknown[]): number => new Set(list).size
  const problems: string[] = []
  if (distinct(values.map(({ custom_id }) => custom_id)) !== values.length) problems.push('custom_id twice')
  if (distinct(values.map(({ url }) => url)) > 1) problems.push('two endpoints')
  if (distinct(values.map(({ body }) => (body as { model?: unknown }).model)) > 1) problems.push('two models')
  if (values.length > 50_000) problems.push('more than 50,000 requests')
  return problems
}

/** https://cookbook.openai.com/examples/chat_finetuning_data_prep: the last message is the assistant's; results answer calls before them. */
function trainingProblems(value: { readonly [field: string]: unknown }): string[] {
  const messages = value.messages as { role: string; tool_call_id?: string; tool_calls?: { id: string }[] }[]
  const ids = new Set<string>()
  const problems = messages.at(-1)?.role === 'assistant' ? [] : ['the last message is not the assistant’s']
  for (const { tool_call_id, tool_calls } of messages) {
    if (tool_call_id !== undefined && !ids.has(tool_call_id)) problems.push(`no call ${tool_call_id}`)
    for (const { id } of tool_calls ?? []) ids.add(id)
  }
  return problems
}
