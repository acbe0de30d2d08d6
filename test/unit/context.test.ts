// Contexts: what is joined, what is refused, one storage for all.
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { CONTEXT_STORE, currentContext, mergeContext, setContext, withContext } from '../../src/context.ts'

describe('withContext', () => {
  test('inner wins, tags and metadata add up, outside nothing is left', async () => {
    await withContext({ traceId: 'a', tags: ['x'], metadata: { p: 1, q: 1 } }, async () => {
      await withContext({ traceId: 'b', tags: ['y', 'x'], metadata: { q: 2 } }, async () => {
        await sleep(1)
        expect(currentContext()).toEqual({ traceId: 'b', tags: ['x', 'y'], metadata: { p: 1, q: 2 } })
      })
      expect(currentContext()).toMatchObject({ traceId: 'a', tags: ['x'], metadata: { p: 1, q: 1 } })
    })
    expect(currentContext()).toBeUndefined()
  })

  test('a name is a root; a name inside it another root of the same trace', () => {
    withContext({ name: 'outer' }, () => {
      const outer = currentContext()
      expect(outer?.root).toMatchObject({
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      })
      withContext({ tags: ['t'] }, () => expect(currentContext()).toMatchObject({ name: 'outer', root: outer?.root }))
      withContext({ name: 'inner' }, () => {
        expect(currentContext()?.root?.traceId).toBe(outer?.root?.traceId)
        expect(currentContext()?.root?.spanId).not.toBe(outer?.root?.spanId)
      })
    })
  })

  test('gives what its function gives, throws what it throws', () => {
    expect(withContext({}, () => 42)).toBe(42)
    expect(() =>
      withContext({}, () => {
        throw new RangeError('mine')
      }),
    ).toThrow(RangeError)
  })

  test('later changes of what was given do not reach back', () => {
    const tags = ['a']
    const metadata = { deep: { n: 1 } }
    withContext({ tags, metadata }, () => {
      tags.push('b')
      metadata.deep.n = 2
      expect(currentContext()).toMatchObject({ tags: ['a'], metadata: { deep: { n: 1 } } })
    })
  })

  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  test.each([
    [null, /context must be an object; got null/],
    [[], /context must be an object/],
    ['u1', /context must be an object; got "u1"/],
    [{ userId: 7 }, /userId must be a text that is not empty; got 7/],
    [{ name: '' }, /name must be a text/],
    [{ tags: 'a' }, /tags must be a list of texts; got "a"/],
    [{ tags: [1] }, /tags must be a list of texts; got \[1\]/],
    [{ metadata: [] }, /metadata must be a JSON object/],
    [{ metadata: cycle }, /metadata is no JSON/],
    [{ metadata: { n: 1n } }, /metadata is no JSON/],
    [{ metadata: { text: 'x'.repeat(70_000) } }, /context must be at most 65536 as JSON/],
  ])('%s is refused', (context, message) => {
    const use = () => withContext(context as never, () => {})
    expect(use).toThrow(
      expect.objectContaining({ code: 'ERR_NEATLOGS_ARGUMENT', message: expect.stringMatching(message) }),
    )
  })

  test('a function is needed', () => {
    expect(() => withContext({}, 'no' as never)).toThrow(/fn must be a function; got "no"/)
  })
})

test('setContext holds for the rest of its flow and joins what is set', async () => {
  const flow = async (user: string) => {
    await sleep(1)
    setContext({ userId: user })
    setContext({ tags: ['web'] })
    await sleep(1)
    return currentContext()
  }
  const [one, two] = await withContext({ traceId: 't' }, () => Promise.all([flow('ada'), flow('bob')]))
  expect(one).toEqual({ traceId: 't', userId: 'ada', tags: ['web'] })
  expect(two).toEqual({ traceId: 't', userId: 'bob', tags: ['web'] })
  expect(currentContext()).toBeUndefined()
})

test('the storage is one for all copies, and does not show', () => {
  withContext({}, () => {})
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, CONTEXT_STORE)
  expect(descriptor).toMatchObject({ enumerable: false, writable: false })
  expect(CONTEXT_STORE).toBe(Symbol.for('neatlogs.context'))
})

test('a listener’s context gives way to what the program says', () => {
  const merged = mergeContext(
    { traceId: 'p', tags: ['a'], metadata: { client: 'c' } },
    { traceId: 'w', metadata: { n: 1 } },
  )
  expect(merged).toEqual({ traceId: 'w', tags: ['a'], metadata: { client: 'c', n: 1 } })
  expect(mergeContext(undefined, { traceId: 'w' })).toEqual({ traceId: 'w' })
  expect(mergeContext({ traceId: 'p' }, undefined)).toEqual({ traceId: 'p' })
})
