// What of two texts is different, word by word. In: texts. Out: pieces that both have, or only one. Pure. By the longest common subsequence
// (https://en.wikipedia.org/wiki/Longest_common_subsequence), which is exact and takes the product of both lengths.

export interface Piece {
  readonly of: 'both' | 'old' | 'new'
  readonly text: string
}

/** Of longer texts what is between their common begin and end counts as changed whole: 16 million cells are 32 MB and a tenth of a second. */
const MAX_CELLS = 16_000_000

/** The pieces in order; those of one kind that follow each other are one. */
export function diffWords(before: string, after: string): readonly Piece[] {
  const [old, fresh] = [wordsOf(before), wordsOf(after)]
  let begin = 0
  while (begin < old.length && begin < fresh.length && old[begin] === fresh[begin]) begin++
  let end = 0
  while (end < old.length - begin && end < fresh.length - begin && old.at(-1 - end) === fresh.at(-1 - end)) end++
  const middle = diffMiddle(old.slice(begin, old.length - end), fresh.slice(begin, fresh.length - end))
  const pieces: Piece[] = [
    { of: 'both', text: old.slice(0, begin).join('') },
    ...middle,
    { of: 'both', text: old.slice(old.length - end).join('') },
  ]
  return joined(pieces)
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []
}

function diffMiddle(old: readonly string[], fresh: readonly string[]): Piece[] {
  const width = fresh.length + 1
  if ((old.length + 1) * width > MAX_CELLS)
    return [
      { of: 'old', text: old.join('') },
      { of: 'new', text: fresh.join('') },
    ]
  const lengths = new Uint16Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--) {
      const [right, below] = [lengths[i * width + j + 1] as number, lengths[(i + 1) * width + j] as number]
      const isSame = old[i] === fresh[j]
      lengths[i * width + j] = isSame ? (lengths[(i + 1) * width + j + 1] as number) + 1 : Math.max(right, below)
    }
  const pieces: Piece[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      pieces.push({ of: 'both', text: old[i] as string })
      i++
      j++
    } else if (
      j >= fresh.length ||
      (i < old.length && (lengths[(i + 1) * width + j] as number) >= (lengths[i * width + j + 1] as number))
    )
      pieces.push({ of: 'old', text: old[i++] as string })
    else pieces.push({ of: 'new', text: fresh[j++] as string })
  }
  return pieces
}

function joined(pieces: readonly Piece[]): readonly Piece[] {
  const all: { of: Piece['of']; text: string }[] = []
  for (const { of, text } of pieces) {
    const last = all.at(-1)
    if (text === '') continue
    if (last?.of === of) last.text += text
    else all.push({ of, text })
  }
  return all
}
