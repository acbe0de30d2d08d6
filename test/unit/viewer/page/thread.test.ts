import { expect, test } from 'vitest'
import type { SessionCall } from '../../../../src/viewer/api.ts'
import { threadOf } from '../../../../src/viewer/page/session/thread.ts'

type Message = { readonly [key: string]: unknown }
const call = (messages: readonly Message[], answer: Message): SessionCall => ({
  row: {} as SessionCall['row'],
  request: { messages },
  response: { choices: [{ message: { role: 'assistant', ...answer }, finish_reason: 'stop' }] },
})
const said = (calls: readonly SessionCall[]) =>
  threadOf(calls).map(({ turns }) =>
    turns.map(({ role, parts }) => [role, ...parts.map((part) => ('text' in part ? part.text : part.kind))].join(' ')),
  )

const system = { role: 'system', content: 'Be brief.' }
const ask = (content: string): Message => ({ role: 'user', content })

test('what every call of a chat sends again comes once', () => {
  const first = [system, ask('One?')]
  const second = [...first, { role: 'assistant', content: '1' }, ask('Two?')]
  expect(said([call(first, { content: '1', reasoning_content: 'hm' }), call(second, { content: '2' })])).toEqual([
    ['system Be brief.', 'user One?', 'assistant hm 1'],
    ['user Two?', 'assistant 2'],
  ])
})

test('branches have their own beginning, the same question again its own answer', () => {
  expect(
    said([call([ask('A')], { content: '1' }), call([ask('B')], { content: '2' }), call([ask('A')], { content: '3' })]),
  ).toEqual([['user A', 'assistant 1'], ['user B', 'assistant 2'], ['assistant 3']])
})

test('a tool’s result stands beside its call, which was in the answer before', () => {
  const calls = [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }]
  const first = [ask('Look.')]
  const second = [
    ...first,
    { role: 'assistant', content: null, tool_calls: calls },
    { role: 'tool', tool_call_id: 'c1', content: 'seen' },
  ]
  const thread = threadOf([
    call(first, { content: null, tool_calls: calls }),
    call(second, { content: 'It is there.' }),
  ])
  expect(thread[0]?.turns.at(-1)?.parts).toMatchObject([{ kind: 'call', name: 'look', result: [{ text: 'seen' }] }])
  expect(thread[1]?.turns.map(({ parts }) => parts)).toMatchObject([[{ text: 'It is there.' }]])
})
