// Two texts side by side. In: both. Out: lines that stand beside each other, with the words that differ marked; equal stretches fold. Pure.
import { diffLines, diffWordsWithSpace } from 'diff'

export interface Piece {
  readonly text: string
  readonly isChanged: boolean
}

/** `left` or `right` is null where the other side has a line more. */
export type DiffRow =
  | { readonly kind: 'same'; readonly text: string }
  | { readonly kind: 'changed'; readonly left: readonly Piece[] | null; readonly right: readonly Piece[] | null }
  | { readonly kind: 'fold'; readonly count: number }

/** What the page waits for at most; texts without a line in common are the slow ones. */
const TIMEOUT_MS = 1000
/** Words of longer lines are not compared. */
const MAX_WORD_LINE_CHARS = 4000
/** Equal lines that stay in sight around what differs. */
const CONTEXT_LINES = 3

export function diffRows(left: string, right: string): DiffRow[] {
  const changes = diffLines(lineEnded(left), lineEnded(right), { timeout: TIMEOUT_MS })
  if (changes === undefined) return changedRows(linesOf(left), linesOf(right))
  const rows: DiffRow[] = []
  for (let at = 0; at < changes.length; at++) {
    const { value, added, removed } = changes[at] as (typeof changes)[number]
    const next = changes[at + 1]
    if (removed && next?.added) {
      rows.push(...changedRows(linesOf(value), linesOf(next.value)))
      at++
    } else if (removed) rows.push(...changedRows(linesOf(value), []))
    else if (added) rows.push(...changedRows([], linesOf(value)))
    else rows.push(...linesOf(value).map((text): DiffRow => ({ kind: 'same', text })))
  }
  return rows
}

/** A last line without its end would differ from one that goes on. */
function lineEnded(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function changedRows(left: readonly string[], right: readonly string[]): DiffRow[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at): DiffRow => {
    const [a, b] = [left[at], right[at]]
    if (a === undefined || b === undefined) return { kind: 'changed', left: whole(a), right: whole(b) }
    return { kind: 'changed', ...changedWords(a, b) }
  })
}

function whole(line: string | undefined): Piece[] | null {
  return line === undefined ? null : [{ text: line, isChanged: true }]
}

function changedWords(left: string, right: string): { readonly left: Piece[]; readonly right: Piece[] } {
  const isLong = left.length + right.length > MAX_WORD_LINE_CHARS
  const changes = isLong ? undefined : diffWordsWithSpace(left, right, { timeout: TIMEOUT_MS })
  if (changes === undefined) return { left: whole(left) ?? [], right: whole(right) ?? [] }
  const side = (other: 'added' | 'removed', own: 'added' | 'removed'): Piece[] =>
    changes.filter((change) => !change[other]).map((change) => ({ text: change.value, isChanged: change[own] }))
  return { left: side('added', 'removed'), right: side('removed', 'added') }
}

/** Folds equal lines that are far from any change. */
export function foldRows(rows: readonly DiffRow[]): DiffRow[] {
  const folded: DiffRow[] = []
  for (let at = 0; at < rows.length; ) {
    let end = at
    while (rows[end]?.kind === 'same') end++
    const before = at === 0 ? 0 : CONTEXT_LINES
    const after = end === rows.length ? 0 : CONTEXT_LINES
    const count = end - at - before - after
    if (count > 1) folded.push(...rows.slice(at, at + before), { kind: 'fold', count }, ...rows.slice(end - after, end))
    else folded.push(...rows.slice(at, end))
    if (end < rows.length) folded.push(rows[end] as DiffRow)
    at = end + 1
  }
  return folded
}
