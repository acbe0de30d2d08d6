// The difference of two texts, word by word.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffWords } from '../../../src/cli/replay/words.ts'

const marked = (before: string, after: string): string =>
  diffWords(before, after)
    .map(({ of, text }) => (of === 'both' ? text : of === 'old' ? `[-${text}-]` : `{+${text}+}`))
    .join('')

test.each([
  ['', '', ''],
  ['same', 'same', 'same'],
  ['', 'new', '{+new+}'],
  ['The lake is deep.', 'The lake is very deep!', 'The lake is {+very +}deep[-.-]{+!+}'],
  ['one two three', 'one three', 'one [-two -]three'],
])('%j → %j', (before, after, expected) => {
  expect(marked(before, after)).toBe(expected)
})

test('both texts can be read out of it', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', ' ', '.', '日本', '👍', '\n'), { maxLength: 30 })
    .map((list) => list.join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const pieces = diffWords(before, after)
      const side = (of: 'old' | 'new'): string =>
        pieces.flatMap((one) => (one.of === 'both' || one.of === of ? [one.text] : [])).join('')
      expect([side('old'), side('new')]).toEqual([before, after])
    }),
  )
})

test('texts of any length end', () => {
  const [before, after] = ['a ', 'b '].map((word) => word.repeat(100_000)) as [string, string]
  expect(diffWords(before, after).length).toBeLessThan(5)
})
