// Two calls side by side: figures, parameters, what was sent and what came back. In: both ids. Out: what differs, marked.
import { useMemo, useState } from 'preact/hooks'
import type { CallAnswer, Row } from '../../api.ts'
import { formatClock, formatCost, formatCount, formatDay, formatMs } from '../shell/format.ts'
import { useKeys } from '../shell/keys.ts'
import { goTo } from '../shell/navigation.ts'
import { NotHere } from '../shell/not-here.tsx'
import { hrefOf } from '../shell/route.ts'
import { StatusMark } from '../shell/status.tsx'
import { useAnswer } from '../shell/use-answer.ts'
import { visible } from '../shell/visible.ts'
import { callTexts } from './call-text.ts'
import { type DiffRow, diffRows, foldRows, type Piece } from './diff-rows.ts'

export interface CompareProps {
  readonly id: string
  readonly other: string
  readonly filter: URLSearchParams
}

export function ComparePage({ id, other, filter }: CompareProps) {
  const left = useAnswer<CallAnswer>(`/api/call?id=${encodeURIComponent(id)}`, 0)
  const right = useAnswer<CallAnswer>(`/api/call?id=${encodeURIComponent(other)}`, 0)
  const error = left.error ?? right.error
  useKeys({ Escape: () => goTo(hrefOf({ page: 'list' }, filter)) })
  if (left.value === null || right.value === null) return <NotHere what="call" filter={filter} />
  if (!left.value || !right.value) return <main class="page">{error && <p class="muted">{error.message}</p>}</main>
  return <Comparison left={left.value} right={right.value} filter={filter} />
}

interface BothProps {
  readonly left: CallAnswer
  readonly right: CallAnswer
  readonly filter: URLSearchParams
}

function Comparison({ left, right, filter }: BothProps) {
  const [a, b] = useMemo(() => [callTexts(left.record), callTexts(right.record)], [left, right])
  return (
    <main class="page compare-page">
      <header class="page-head">
        <nav class="crumbs" aria-label="Position">
          <a href={hrefOf({ page: 'list' }, filter)}>← Calls</a>
          <a href={hrefOf({ page: 'compare', id: right.row.id, other: left.row.id }, filter)}>Change sides</a>
        </nav>
        <div class="call-title">
          <h1>Two calls</h1>
        </div>
      </header>
      <Figures left={left.row} right={right.row} filter={filter} />
      <Section title="Parameters" left={a.parameters} right={b.parameters} />
      <Section title="Sent" left={a.request} right={b.request} />
      <Section title="Answer" left={a.answer} right={b.answer} />
    </main>
  )
}

const FIGURES: readonly (readonly [
  name: string,
  pick: (row: Row) => number | null,
  format: (value: number | null) => string,
])[] = [
  ['Latency', (row) => row.duration_ms, formatMs],
  ['First token', (row) => row.time_to_first_token_ms, formatMs],
  ['Input tokens', (row) => row.input_tokens, formatCount],
  ['Output tokens', (row) => row.output_tokens, formatCount],
  ['Cost', (row) => row.cost_usd, formatCost],
]

function Figures({ left, right, filter }: { left: Row; right: Row; filter: URLSearchParams }) {
  return (
    <div class="figures-scroll">
      <table class="compare-figures">
        <thead>
          <tr>
            <td />
            <CallHead row={left} filter={filter} />
            <CallHead row={right} filter={filter} />
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {FIGURES.map(([name, pick, format]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{format(pick(left))}</td>
              <td>{format(pick(right))}</td>
              <td>{changeOf(pick(left), pick(right))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function CallHead({ row, filter }: { row: Row; filter: URLSearchParams }) {
  return (
    <th scope="col">
      <a href={hrefOf({ page: 'call', id: row.id }, filter)}>{visible(row.model ?? row.method)}</a>{' '}
      <StatusMark status={row.status} httpStatus={row.http_status} />
      <span class="under">
        {formatDay(row.started_ms, Date.now()) || 'today'} {formatClock(row.started_ms)}
      </span>
    </th>
  )
}

function changeOf(left: number | null, right: number | null): string {
  if (left === null || right === null || left === 0) return ''
  const percent = Math.round((right / left - 1) * 100)
  return percent === 0 ? '=' : `${percent > 0 ? '+' : '−'}${Math.abs(percent).toLocaleString('en-US')} %`
}

function Section({ title, left, right }: { title: string; left: string; right: string }) {
  const [isWhole, setWhole] = useState(false)
  const rows = useMemo(() => diffRows(left, right), [left, right])
  const isSame = left === right
  const folded = isWhole ? rows : foldRows(rows)
  return (
    <section class="compare-section" aria-label={title}>
      <h2>
        {title} {isSame && <span class="under">{left === '' ? 'nothing in both' : 'the same in both'}</span>}
        {rows.length > folded.length || isWhole ? (
          <button type="button" class="button" aria-pressed={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? 'Fold what is equal' : 'Show what is equal'}
          </button>
        ) : null}
      </h2>
      {left !== right || isWhole ? (
        <div class="diff">
          {folded.map((row, index) => (
            <DiffLine key={index} row={row} />
          ))}
        </div>
      ) : null}
    </section>
  )
}

function DiffLine({ row }: { row: DiffRow }) {
  if (row.kind === 'fold') return <p class="diff-fold">{formatCount(row.count)} equal lines</p>
  if (row.kind === 'same')
    return (
      <>
        <pre class="diff-cell">{visible(row.text)}</pre>
        <pre class="diff-cell is-right">{visible(row.text)}</pre>
      </>
    )
  return (
    <>
      <Cell pieces={row.left} isOld />
      <Cell pieces={row.right} />
    </>
  )
}

/** Deleted and inserted are said by the elements, not by colour alone. */
function Cell({ pieces, isOld = false }: { pieces: readonly Piece[] | null; isOld?: boolean }) {
  const side = isOld ? '' : 'is-right'
  if (pieces === null) return <pre class={`diff-cell is-none ${side}`} />
  const Mark = isOld ? 'del' : 'ins'
  return (
    <pre class={`diff-cell ${side} ${isOld ? 'is-old' : 'is-new'}`}>
      {pieces.map((piece, index) =>
        piece.isChanged ? <Mark key={index}>{visible(piece.text)}</Mark> : visible(piece.text),
      )}
    </pre>
  )
}
