// What a program says of its calls stands in the head of each `open` frame: no secret of it reaches the disk.
import { expect, test } from 'vitest'
import { contextOfCall } from '../../../src/openai/call-context.ts'

const KEY = `sk-${'a1B2'.repeat(8)}`

test('secrets in metadata of either side are masked, and nothing else changes', () => {
  const own = { userId: 'u1', metadata: { password: 'hunter2', order: 7 } }
  const around = { tags: ['a'], metadata: { note: `use ${KEY} here` } }
  const context = contextOfCall(own, around)
  expect(context).toMatchObject({ userId: 'u1', tags: ['a'], metadata: { order: 7 } })
  const text = JSON.stringify(context)
  expect(text).not.toContain('hunter2')
  expect(text).not.toContain(KEY)
  expect(own.metadata.password).toBe('hunter2')
})

test('metadata of a context is looked through once', () => {
  const around = { metadata: { a: 1 } }
  expect(contextOfCall(undefined, around)?.metadata).toBe(contextOfCall(undefined, { ...around })?.metadata)
})

test('without a context there is none', () => {
  expect(contextOfCall(undefined, undefined)).toBeUndefined()
})

test('nor its texts and tags, the listener’s and the context’s', () => {
  const key = `sk-${'Zq7'.repeat(8)}`
  const own = { traceId: key, tags: ['a', `Bearer ${key}`] }
  const around = { userId: `u ${key}`, conversationId: key, name: `https://u:${key}@h`, metadata: { [key]: 1 } }
  const joined = contextOfCall(own, around)
  expect(JSON.stringify(joined)).not.toContain('Zq7')
  expect(joined).toMatchObject({ userId: 'u [Redacted]', tags: ['a', 'Bearer [Redacted]'] })
  const plain = { userId: 'user-0123', tags: ['plain-tag-0123'], root: { traceId: 'a', spanId: 'b', startedAtMs: 1 } }
  expect(contextOfCall(undefined, plain)).toEqual(plain)
})
