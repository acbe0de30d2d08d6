// What servers that speak OpenAI's protocol really send (fixtures/servers/shapes, from their published documentation), through the SDK's
// majors: the program sees what it saw without us, and each record says what the answer said.
import { expect, test } from 'vitest'
import { SHAPES, type Shape, startShapes } from '../../fixtures/servers/shapes.mjs'
import { reasoningOf, reasoningPart } from '../../src/decode/reasoning.ts'
import { type RecordLine, runNode } from './run.ts'

const ALL: readonly (readonly [name: string, shape: Shape])[] = Object.entries(SHAPES).flatMap(([server, answers]) =>
  Object.entries(answers).map(([answer, shape]) => [`${server}/${answer}`, shape] as const),
)
const LIST = ALL.map(([name, { stream }]) => (stream ? `${name}:stream` : name)).join(',')

test('each server has its six answers', () => {
  const names = ['error', 'plain', 'reasoning', 'stream', 'tools', 'usage']
  expect(Object.keys(SHAPES)).toHaveLength(14)
  for (const answers of Object.values(SHAPES)) expect(Object.keys(answers)).toEqual(expect.arrayContaining(names))
})

test.each(['4.104.0', '5.23.2', '6.49.0', '7.59.0'])('openai %s', async (openai) => {
  const [bare, hooked] = [await run(openai, 'none'), await run(openai, 'import')]
  expect(hooked.stdout).toBe(bare.stdout)
  expect(hooked.records).toHaveLength(ALL.length)
  const wrong = ALL.flatMap(([name, shape]) => {
    const record = hooked.records.find(({ request }) => request.model === name)
    return record === undefined ? [`${name}: no record`] : problemsOf(name, record, shape)
  })
  expect(wrong).toEqual([])
})

async function run(openai: string, how: 'none' | 'import') {
  const server = await startShapes()
  try {
    return await runNode({ app: 'shapes.mjs', openai, how, server, env: { TEST_SHAPES: LIST } })
  } finally {
    await server.close()
  }
}

type Bag = { readonly [field: string]: unknown }

function problemsOf(name: string, record: RecordLine, { expect: want }: Shape): string[] {
  const message = messageOf(record)
  const facts: readonly (readonly [what: string, wanted: unknown, got: unknown])[] = [
    ['status', want.status ?? 'ok', record.status],
    ['unplaced', want.error === undefined ? 0 : record.unplaced.length, record.unplaced.length],
    ['finish', want.finish ?? record.response.finish_reasons[0], record.response.finish_reasons[0]],
    ['text', want.text, want.text === undefined ? undefined : textOf(message.content)],
    ['reasoning', want.reasoning, want.reasoning === undefined ? undefined : thoughtsOf(message)],
    ['calls', want.calls, want.calls === undefined ? undefined : callsOf(message)],
    ['cost', want.cost, want.cost === undefined ? undefined : record.cost_usd],
    ['field', want.field?.[1], want.field === undefined ? undefined : message[want.field[0]]],
    ...Object.entries(want.usage ?? {}).map(
      ([count, value]) => [count, value, (record.usage as unknown as Bag)[count]] as const,
    ),
  ]
  const wrong = facts.flatMap(([what, wanted, got]) => {
    const [first, second] = [JSON.stringify(wanted), JSON.stringify(got)]
    return first === second ? [] : [`${name}: ${what} is ${second}, not ${first}`]
  })
  const missing = (want.holds ?? []).filter((text) => !JSON.stringify(record.response).includes(text))
  const isTold = want.error === undefined || record.error?.message.includes(want.error)
  return [
    ...wrong,
    ...missing.map((text) => `${name}: no ${text}`),
    ...(isTold ? [] : [`${name}: ${record.error?.message}`]),
  ]
}

function messageOf({ response }: RecordLine): Bag {
  const { choices } = (response.body ?? {}) as { choices?: readonly { message: Bag }[] }
  return choices?.[0]?.message ?? {}
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return String(content)
  return content
    .filter((part) => part.type === 'text')
    .map((part) => part.text)
    .join('')
}

function thoughtsOf(message: Bag): string {
  const parts = Array.isArray(message.content) ? message.content.map((part) => reasoningPart(part) ?? '') : []
  return [...new Set(reasoningOf(message)), ...parts].join('')
}

function callsOf({ tool_calls: calls }: Bag): unknown {
  return (calls as readonly { function: { name: string; arguments: string } }[] | undefined)?.map(
    ({ function: fn }) => [fn.name, fn.arguments],
  )
}
