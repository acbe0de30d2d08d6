// One line of the list. In: a call as the index knows it. Out: a link to the call; on narrow screens the same cells in
// another order.
import type { Row } from '../../api.ts'
import { Elapsed } from '../shell/elapsed.tsx'
import { formatClock, formatCost, formatCount, formatDay, formatMs, isoTime } from '../shell/format.ts'
import { StatusMark } from '../shell/status.tsx'
import { visible } from '../shell/visible.ts'

export interface RowProps {
  readonly row: Row
  readonly index: number
  readonly total: number
  readonly rowPx: number
  readonly href: string
  readonly isCurrent: boolean
}

export function ListRow({ row, index, total, rowPx, href, isCurrent }: RowProps) {
  const style = { transform: `translateY(${index * rowPx}px)`, height: `${rowPx}px` }
  const answerClass = row.status === 'error' ? 'answer is-error' : 'answer'
  return (
    <li class="row-place" style={style} aria-posinset={index + 1} aria-setsize={total}>
      <a class={isCurrent ? 'row is-current' : 'row'} href={href} data-id={row.id} data-status={row.status}>
        <Time ms={row.started_ms} />
        <span class="cell cell-status">
          <StatusMark status={row.status} httpStatus={row.http_status} />
          {row.attempts > 1 && <span class="under">{row.attempts} attempts</span>}
        </span>
        <span class="cell cell-model">
          <span class="over">{visible(row.model ?? '–')}</span>
          <span class="under">
            {visible(row.operation)}
            {row.stream ? ' · stream' : ''}
          </span>
        </span>
        <span class="cell cell-text">
          <bdi class="prompt">{visible(row.prompt) || '–'}</bdi>
          <bdi class={answerClass}>{visible(row.answer) || ' '}</bdi>
        </span>
        <Figures row={row} />
      </a>
    </li>
  )
}

function Time({ ms }: { ms: number }) {
  const day = formatDay(ms, Date.now())
  return (
    <time class="cell cell-time" dateTime={isoTime(ms)}>
      <span class="over">{formatClock(ms)}</span>
      {day && <span class="under">{day}</span>}
    </time>
  )
}

function Figures({ row }: { row: Row }) {
  const hasTokens = row.input_tokens !== null || row.output_tokens !== null
  return (
    <>
      <span class="cell cell-latency">
        <span class="over">
          {row.status === 'in_flight' ? <Elapsed startedMs={row.started_ms} /> : formatMs(row.duration_ms)}
        </span>
        {row.time_to_first_token_ms !== null && <span class="under">first {formatMs(row.time_to_first_token_ms)}</span>}
      </span>
      <span class="cell cell-tokens">
        <span class="over">{formatCount(row.total_tokens)}</span>
        {hasTokens && (
          <span class="under">
            {formatCount(row.input_tokens)} → {formatCount(row.output_tokens)}
          </span>
        )}
      </span>
      <span class="cell cell-cost">{formatCost(row.cost_usd)}</span>
    </>
  )
}
