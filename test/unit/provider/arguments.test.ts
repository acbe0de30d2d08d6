// What the constructors and addTags refuse: code, name, value, what is allowed.
import { describe, expect, test } from 'vitest'
import { LLMTracker, NeatlogsError, OpenAIProvider } from './entries.ts'

const make = (options: unknown) => () => new OpenAIProvider(options as never)
const track = (options: unknown) => () => new LLMTracker(options as never)
const refusal = (message: string | RegExp) =>
  expect.objectContaining({ code: 'ERR_NEATLOGS_ARGUMENT', message: expect.stringMatching(message) })

describe('new OpenAIProvider', () => {
  test.each([
    [undefined, /the options of OpenAIProvider must be an object of traceId, client, apiKey, tags; got undefined/],
    ['t', /must be an object of .* got "t"/],
    [[], /must be an object/],
    [{}, /traceId must be a text that is not empty; got undefined/],
    [{ traceId: '' }, /traceId must be a text that is not empty; got ""/],
    [{ traceId: ' ' }, /traceId must be/],
    [{ traceId: 7 }, /traceId must be a text that is not empty; got 7/],
    [{ traceId: 't', client: {} }, /client must be a text that is not empty; got {}/],
    [{ traceId: 't', tags: 'a' }, /tags must be a list of tags .* got "a"/],
    [{ traceId: 't', tags: ['a', null] }, /tags must be a string, a number or a boolean; got null/],
    [{ traceId: 't', tags: [Number.NaN] }, /tags must be/],
    [{ traceId: 't', tags: ['x'.repeat(40_000)] }, /at most 32768 characters/],
    [{ traceId: 't', trace_id: 't' }, /OpenAIProvider has no option trace_id; it has traceId, client, apiKey, tags/],
  ])('%j', (options, message) => {
    expect(make(options)).toThrow(NeatlogsError)
    expect(make(options)).toThrow(refusal(message))
  })

  test('a key is never repeated', () => {
    expect(make({ traceId: 't', apiKey: 'sk secret\n' })).toThrow(refusal(/^apiKey must be a NeatLogs key/))
    expect(make({ traceId: 't', apiKey: 'sk secret\n' })).not.toThrow('secret')
    expect(make({ traceId: 't', apiKey: 7 })).toThrow(refusal(/got "number"/))
  })

  test('what is right is kept, and cannot be changed from outside', () => {
    const tags = ['a', 'a', 1, true]
    const provider = new OpenAIProvider({ traceId: 't', client: 'c', apiKey: 'k', tags })
    tags.push('later')
    expect([provider.traceId, provider.client, provider.tags]).toEqual(['t', 'c', ['a', '1', 'true']])
    expect(JSON.stringify(provider)).not.toContain('"k"')
    expect(Object.isFrozen(provider.tags)).toBe(true)
  })
})

describe('LLMTracker', () => {
  test.each([
    [undefined, /the options of LLMTracker/],
    [{}, /apiKey must be a NeatLogs key; got undefined/],
    [{ apiKey: '' }, /apiKey must be a NeatLogs key/],
    [{ apiKey: 'k', tags: [] }, /LLMTracker has no option tags/],
  ])('new with %j', (options, message) => {
    expect(track(options)).toThrow(refusal(message))
  })

  test.each([[null], ['a'], [{}], [undefined]])('addTags(%j) is a TypeError', (tags) => {
    expect(() => new LLMTracker({ apiKey: 'k' }).addTags(tags as never)).toThrow(TypeError)
  })

  test.each([
    [{ a: 1 }, '{"a":1}'],
    [null, 'null'],
    [Symbol('s'), 'Symbol\\(s\\)'],
    [10n, 'bigint'],
    ['', '""'],
    [() => {}, 'a function'],
  ])('addTags names what is no tag: %s', (tag, shown) => {
    const tracker = new LLMTracker({ apiKey: 'k' })
    const add = () => tracker.addTags(['fine', tag as never])
    expect(add).toThrow(TypeError)
    expect(add).toThrow(refusal(new RegExp(shown)))
    expect(tracker.tags).toEqual([])
  })

  test('tags become texts, duplicates go, order stays', () => {
    const tracker = new LLMTracker({ apiKey: 'k' })
    tracker.addTags(['b', 1, true])
    tracker.addTags(['a', 'b', '1'])
    expect(tracker.tags).toEqual(['b', '1', 'true', 'a'])
  })

  test('stopInstrumenting before overrideApi does nothing; each has a session of its own', () => {
    const [one, two] = [new LLMTracker({ apiKey: 'k' }), new LLMTracker({ apiKey: 'k' })]
    one.stopInstrumenting()
    expect(one.traceId).not.toBe(two.traceId)
    expect(one.getConversationHistory()).toEqual([])
  })
})
