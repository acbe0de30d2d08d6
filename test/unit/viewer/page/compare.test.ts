import { describe, expect, test } from 'vitest'
import { callTexts } from '../../../../src/viewer/page/compare/call-text.ts'
import { type DiffRow, diffRows, foldRows } from '../../../../src/viewer/page/compare/diff-rows.ts'

/** One side of the rows, changed words in brackets. */
function side(rows: readonly DiffRow[], which: 'left' | 'right'): (string | null)[] {
  return rows.map((row) => {
    if (row.kind === 'same') return row.text
    if (row.kind === 'fold') return `…${row.count}`
    const pieces = row[which]
    return pieces === null ? null : pieces.map(({ text, isChanged }) => (isChanged ? `[${text}]` : text)).join('')
  })
}

describe('diffRows', () => {
  test('lines stand beside each other, changed words are marked', () => {
    const rows = diffRows('same\nthe old word\nend', 'same\nthe new word\nend\nmore')
    expect(side(rows, 'left')).toEqual(['same', 'the [old] word', 'end', null])
    expect(side(rows, 'right')).toEqual(['same', 'the [new] word', 'end', '[more]'])
  })

  test('both sides are whole whatever they are', () => {
    const texts = ['', '\n', 'a', 'a\n\n', 'a\nb\nc', 'c\nb\na', 'x '.repeat(5000)]
    for (const left of texts)
      for (const right of texts) {
        const rows = diffRows(left, right)
        const joined = (which: 'left' | 'right') =>
          side(rows, which)
            .filter((line) => line !== null)
            .join('\n')
            .replaceAll(/[[\]]/g, '')
        expect(joined('left')).toBe(left.replace(/\n$/, ''))
        expect(joined('right')).toBe(right.replace(/\n$/, ''))
      }
  })

  test('equal stretches fold around what differs', () => {
    const lines = Array.from({ length: 40 }, (_, at) => `line ${at}`)
    const rows = foldRows(diffRows(lines.join('\n'), lines.with(20, 'other').join('\n')))
    expect(side(rows, 'left').filter((line) => line?.startsWith('…'))).toEqual(['…17', '…16'])
    expect(rows).toHaveLength(9)
    expect(foldRows(diffRows('a\nb', 'a\nb'))).toEqual([{ kind: 'fold', count: 2 }])
  })
})

test('a call as text: parameters by name, who said what, what came back, an error too', () => {
  const record = {
    request: { body: { temperature: 1, model: 'm', messages: [{ role: 'user', content: 'Hi' }] } },
    response: { body: { choices: [{ message: { content: 'Hello' } }] } },
    error: { message: 'cut' },
  }
  expect(callTexts(record)).toEqual({
    parameters: 'model: "m"\ntemperature: 1',
    request: '# user\nHi',
    answer: '# assistant\nHello\nerror: cut',
  })
  expect(callTexts(null)).toEqual({ parameters: '', request: '', answer: '' })
})
