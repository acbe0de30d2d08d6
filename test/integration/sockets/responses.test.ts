// The Responses API over a WebSocket: the program's run is the bare one, each response is one record that says what was served.
import { describe, expect, test } from 'vitest'
import { expectSameProgram, expectServed, runSocketTwice } from './run.ts'

const COPIES = [
  { openai: '6.49.0', node: '20' },
  { openai: '6.49.0', node: '22', app: 'sockets-responses.cjs' },
  { openai: '7.59.0', node: '24' },
  { openai: '7.59.0', node: '26', app: 'sockets-responses.cjs' },
]

describe.each(COPIES)('openai $openai, Node $node, $app', ({ app = 'sockets-responses.mjs', ...copy }) => {
  test('answers, tools, refusals, lanes, reconnects and ends in the middle are recorded, and nothing is different', async () => {
    const { bare, hooked } = await runSocketTwice({ app, ...copy })
    expectSameProgram(bare, hooked)
    // The last call never left: the connection was refused.
    const [unsent, ...others] = [...hooked.records].reverse()
    expect(unsent).toMatchObject({ status: 'error', error: { code: 'ECONNREFUSED' }, response: { body: null } })
    expectServed(others, hooked.responses)
    expect(others.map(({ method, sdk }) => [method, sdk.version])).toEqual(
      others.map(() => ['responses.create', copy.openai]),
    )
  })

  test('an error that nobody listens to is the unhandled rejection that it was', async () => {
    const { bare, hooked } = await runSocketTwice({ app, ...copy, args: ['--no-listener'] })
    expect(bare.stdout).toContain('unhandled WebSocketError')
    expectSameProgram(bare, hooked)
    expect(hooked.records).toMatchObject([{ status: 'error', error: { code: 'model_not_found', param: 'model' } }])
  })
})
