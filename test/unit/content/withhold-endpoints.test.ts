// `NEATLOGS_CAPTURE_CONTENT=false` over every endpoint: whatever a body holds, and wherever, no text of a person stays, as a value or as the name
// of a field.
import { expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import type { OpenHead } from '../../../src/frame.ts'
import { inputOf, SSE_HEADERS } from '../decode/input.ts'

const SAID = ['CANARY war hier', 'CANARYé', '病CANARY', 'CANARY@x.test', 'CANARY,CANARY']
const POSTS = (
  'chat/completions completions responses responses/compact responses/input_tokens embeddings images/generations images/edits images/variations ' +
  'audio/speech audio/transcriptions audio/translations moderations files uploads batches fine_tuning/jobs evals evals/e_1/runs graders/run ' +
  'assistants threads threads/t_1/messages threads/t_1/runs threads/runs threads/t_1/runs/r_1/submit_tool_outputs vector_stores ' +
  'vector_stores/v_1/search vector_stores/v_1/files vector_stores/v_1/file_batches containers containers/c_1/files conversations ' +
  'conversations/c_1/items videos videos/v_1/remix chatkit/sessions realtime/sessions realtime/client_secrets realtime/calls ' +
  'realtime/transcription_sessions organization/projects skills webhooks x/unknown'
).split(' ')

/** Every name that a body of these APIs has, and names of the program's own, at any depth. */
const NAMES = (
  'input instructions messages content text prompt output transcript query name title description summary reasoning refusal arguments parsed ' +
  'metadata variables state_variables attributes filters key value item items data document documents template environment env headers url ' +
  'image_url file_url file_data filename purpose code logs results annotations quote label labels user safety_identifier event events delta ' +
  'detail details message error param reason feedback question answer hint logprobs tokens token bytes tool_outputs tools function parameters ' +
  'properties enum default examples schema json_schema format session workflow conversation call from to sip transfer greeting stop suffix ' +
  'prefix language keywords words segments speakers known_speaker_names revised_prompt negative_prompt title_prompt system_prompt persona'
).split(' ')

function bodyOf(said: string, depth = 2): { [name: string]: unknown } {
  const inner = depth === 0 ? said : bodyOf(said, depth - 1)
  const some = depth === 2 ? NAMES : NAMES.filter((_, at) => at % 7 === depth)
  return Object.fromEntries([
    ...some.map((name, at) => [name, at % 3 === 0 ? said : at % 3 === 1 ? [said, inner] : inner]),
    ...(depth === 1 ? [['own', { [said]: 1, nested: [{ [said]: { a: said } }] }]] : []),
  ])
}

function recordOf(path: string, said: string, answer: unknown, headers: object = {}, status = 200): string {
  const open: Partial<OpenHead> = { url: `https://api.openai.com/v1/${path}` }
  const close = {
    headers: { 'content-type': 'application/json', ...headers },
    httpStatus: status,
    status: status < 400 ? 'ok' : 'error',
  } as const
  const record = decodeCall(
    inputOf({ open, close, request: { model: 'm', ...bodyOf(said) }, answer, options: { captureContent: false } }),
  )
  return JSON.stringify(record)
}

test.each(POSTS)('POST /%s', (path) => {
  // Each kind of text at every fifth endpoint: nothing is read by endpoint here.
  for (const said of SAID.filter((_, at) => at % SAID.length === POSTS.indexOf(path) % SAID.length)) {
    expect(recordOf(path, said, { id: 'x', object: 'thing', ...bodyOf(said) })).not.toContain('CANARY')
    expect(
      recordOf(path, said, { error: { message: said, code: said, param: said, type: said, ...bodyOf(said) } }, {}, 400),
    ).not.toContain('CANARY')
    expect(recordOf(path, said, { detail: said }, {}, 422)).not.toContain('CANARY')
    const event = `event: ${said}\ndata: ${JSON.stringify({ type: 'x.delta', ...bodyOf(said, 1) })}\n\ndata: ${said}\n\n: ${said}\n\n`
    expect(recordOf(path, said, event, SSE_HEADERS)).not.toContain('CANARY')
    for (const text of [
      said,
      `${JSON.stringify({ content: said })}\n${JSON.stringify({ [said]: 1 })}`,
      `{"cut":"${said}`,
      `<p>${said}</p>`,
    ])
      expect(recordOf(path, said, text, { 'content-type': 'text/plain' })).not.toContain('CANARY')
  }
})

test('of what it is not: structure, choices, counts and ids stay', () => {
  const request = {
    model: 'gpt-4o',
    'timestamp_granularities[]': ['word'],
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x', detail: 'high' } }] }],
    tools: [{ type: 'function', function: { name: 'f', parameters: { $defs: { a: { type: 'string' } } } } }],
  }
  const record = decodeCall(inputOf({ request, options: { captureContent: false } }))
  expect(record.request.body).toMatchObject({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { detail: 'high' } }] }],
    tools: [{ function: { name: 'f', parameters: { $defs: { a: { type: 'string' } } } } }],
  })
})
