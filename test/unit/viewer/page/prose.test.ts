import { expect, test } from 'vitest'
import { piecesOf } from '../../../../src/viewer/page/shell/prose.ts'

const said = (text: string) => piecesOf(text).map(({ isCode, text: piece }) => (isCode ? `<${piece}>` : piece))

test.each([
  ['', []],
  ['a', ['a']],
  ['a\n```js\nb\n```\nc', ['a', '<b>', 'c']],
  ['```\na\n\nb\n```', ['<a\n\nb>']],
  ['```\n```', ['<>']],
  ['\n\na\n\n```\nb\n```  \n\n\nc\n\n', ['a', '<b>', 'c']],
  ['a\n```js\nnever closed', ['a\n```js\nnever closed']],
  ['a ```inline``` b', ['a ```inline``` b']],
  ['```a`b\nc\n```\nd\n```\ne', ['```a`b\nc', '<d>', 'e']],
])('%j', (text, pieces) => expect(said(text)).toEqual(pieces))

// The expressions that split and trimmed began anew at every fence and every line break: "Show all" of such a text took minutes.
test('a megabyte of fences that never close, and of line breaks, is one pass', () => {
  const fences = '```js\n'.repeat(200_000)
  expect(piecesOf(fences)).toEqual([{ isCode: false, text: fences.trimEnd() }])
  const breaks = `a${'\n'.repeat(1_000_000)}b`
  expect(piecesOf(breaks)).toEqual([{ isCode: false, text: breaks }])
})
