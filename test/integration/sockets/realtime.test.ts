// Realtime sessions: the program's run is the bare one, each response is one record with what it was asked and what it said.
import { describe, expect, test } from 'vitest'
import { expectSameProgram, expectServed, runSocketTwice, type SocketRun } from './run.ts'

const SOCKETS = [
  { openai: '6.49.0', node: '20', socket: 'ws ga new' },
  { openai: '6.49.0', node: '22', socket: 'websocket ga create' },
  { openai: '7.59.0', node: '24', socket: 'websocket ga azure' },
  { openai: '7.59.0', node: '26', socket: 'ws ga create' },
  { openai: '4.104.0', node: '22', socket: 'ws beta new' },
  { openai: '4.104.0', node: '22', socket: 'websocket beta new' },
  { openai: '5.23.2', node: '24', socket: 'ws ga new' },
  { openai: '6.49.0', node: '26', socket: 'ws beta azure' },
]

describe.each(SOCKETS)('openai $openai, Node $node, $socket', ({ socket, ...copy }) => {
  test('each response of a session is one record, and nothing is different', async () => {
    const args = socket.split(' ')
    const { bare, hooked } = await runSocketTwice({ app: 'sockets-realtime.mjs', tls: true, args, ...copy })
    expectSameProgram(bare, hooked)
    expectServed(hooked.records, hooked.responses)
    expectConversation(hooked, socket)
  })
})

function expectConversation({ records, responses }: SocketRun, socket: string): void {
  const of = (index: number) => records.find(({ response }) => response.id === responses[index]?.id)
  const model = socket.includes('azure') ? 'my-realtime' : 'gpt-realtime-2'
  expect(of(0)).toMatchObject({
    method: 'realtime.response',
    conversation_id: 'conv_1',
    request: {
      model,
      body: {
        session: { instructions: 'Be brief.' },
        input: [{ type: 'message', content: [{ type: 'input_text', text: 'What is the weather?' }] }],
        response: { metadata: { scenario: 'text' } },
      },
    },
    usage: { input_tokens: 132, cache_read_input_tokens: 64, audio_input_tokens: 13, audio_output_tokens: 91 },
  })
  expect(of(1)?.response.finish_reasons).toEqual(['tool_calls'])
  expect(of(2)?.request.body).toMatchObject({ input: [{ type: 'function_call_output', output: 'fine' }] })
  const heard = of(3)?.request.body as { readonly input: readonly { readonly content: readonly object[] }[] }
  expect(heard.input.map(({ content }) => content[0])).toMatchObject([
    { audio: { media_type: 'audio/pcm', bytes: 9601, ms: 200 }, transcript: expect.stringMatching(/^words of item_/) },
    { audio: { bytes: 960, ms: 20 } },
  ])
  // By the server's own judgement.
  expect(of(4)?.request.body).toMatchObject({ session: { instructions: 'Be long.' }, response: null })
  expect(of(4)?.time_to_first_token_ms).toBeGreaterThan(0)
  expect(of(5)).toMatchObject({ status: 'aborted', response: { finish_reasons: ['turn_detected'] } })
  expect(records.filter(({ error }) => error?.code === 'conversation_already_has_active_response')).toHaveLength(1)
  expect(JSON.stringify(records)).not.toMatch(/fixture-(azure|later)-key/)
  const [session, other] = new Set(records.map(({ session_id }) => session_id))
  expect(session).not.toBe(other)
  const traces = new Set(records.filter(({ session_id }) => session_id === session).map(({ otel }) => otel.trace_id))
  expect(traces.size).toBe(1)
}
