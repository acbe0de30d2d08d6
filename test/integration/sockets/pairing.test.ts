// Realtime responses begin in another order than they were asked for: each record holds the request that its answer is of.
import { expect, test } from 'vitest'
import type { RecordLine } from '../run.ts'
import { expectSameProgram, expectServed, runSocketTwice } from './run.ts'

interface Asked {
  readonly response: { readonly metadata?: { readonly n: string }; readonly instructions?: string } | null
}

test('a response is the answer of what it was asked for by', async () => {
  const { bare, hooked } = await runSocketTwice({ app: 'sockets-pairing.mjs', tls: true, openai: '7.59.0', node: '24' })
  expectSameProgram(bare, hooked)
  expectServed(hooked.records, hooked.responses)
  const { records } = hooked
  const ends = records.map((record) => [labelOf(record), endOf(record)]).sort()
  expect(ends).toEqual([
    ['1', 'ok 1'],
    ['2', 'ok 2'],
    ['3', 'ok 3'],
    ['4', 'aborted 4'],
    ['5', 'ok 5'],
    ['after 60', 'ok beside'],
    ['after a voice', 'error conversation_already_has_active_response'],
    ['none', 'error conversation_already_has_active_response'],
    ['none', 'ok inside'],
    ['none', 'ok inside'],
  ])
})

function labelOf({ request }: RecordLine): string {
  const { response } = request.body as unknown as Asked
  return response?.metadata?.n ?? response?.instructions ?? 'none'
}

function endOf({ status, error, response }: RecordLine): string {
  if (error !== null) return `${status} ${error.code}`
  const { metadata, conversation_id: conversation } = response.body as unknown as {
    readonly metadata: { readonly n?: string } | null
    readonly conversation_id: string | null
  }
  return `${status} ${metadata?.n ?? (conversation === null ? 'beside' : 'inside')}`
}
