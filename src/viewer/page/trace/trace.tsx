// One trace: its calls on a time line. In: the trace's id. Out: sums, and a row with a bar for each call, live.
import { useEffect, useState } from 'preact/hooks'
import type { TraceAnswer } from '../../api.ts'
import { formatCost, formatCount, formatMoment, formatMs } from '../shell/format.ts'
import { useKeys } from '../shell/keys.ts'
import { useLive } from '../shell/live.ts'
import { goTo } from '../shell/navigation.ts'
import { NotHere } from '../shell/not-here.tsx'
import { hrefOf, withFilter } from '../shell/route.ts'
import { StatusMark } from '../shell/status.tsx'
import { Tile, Tiles } from '../shell/tiles.tsx'
import { useAnswer } from '../shell/use-answer.ts'
import { useSlow } from '../shell/use-slow.ts'
import { visible } from '../shell/visible.ts'
import type { Mark } from './marks.ts'
import { type Bar, type Timeline, timelineOf } from './timeline.ts'

const REFRESH_MS = 1000

export function TracePage({ id, filter }: { id: string; filter: URLSearchParams }) {
  const version = useSlow(useLive().change?.version ?? 0, REFRESH_MS)
  const { value, error } = useAnswer<TraceAnswer>(`/api/trace?id=${encodeURIComponent(id)}`, version)
  const hasLive = value?.rows.some((row) => row.status === 'in_flight') ?? false
  const now = useNow(hasLive)
  useKeys({ Escape: () => goTo(hrefOf({ page: 'list' }, filter)) })
  if (value === undefined) return <main class="page">{error && <p class="muted">{error.message}</p>}</main>
  if (value === null) return <NotHere what="trace" filter={filter} />
  const timeline = timelineOf(value.rows, now)
  return (
    <main class="page trace-page">
      <TraceHead trace={value} filter={filter} />
      <TraceTiles trace={value} timeline={timeline} />
      {value.before > 0 && (
        <p class="muted">
          The newest {formatCount(value.rows.length)} of {formatCount(value.total)} calls.
        </p>
      )}
      <section class="timeline" aria-label="Time line">
        <Marks marks={timeline.marks} />
        <ol>
          {timeline.bars.map((bar) => (
            <BarRow key={bar.row.id} bar={bar} filter={filter} />
          ))}
        </ol>
      </section>
    </main>
  )
}

function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    if (!isTicking) return
    const timer = setInterval(() => setNow(Date.now()), REFRESH_MS)
    return () => clearInterval(timer)
  }, [isTicking])
  return now
}

function TraceHead({ trace, filter }: { trace: TraceAnswer; filter: URLSearchParams }) {
  const [first] = trace.rows
  const name = trace.rows.find((row) => row.name !== null)?.name
  return (
    <header class="page-head">
      <nav class="crumbs" aria-label="Position">
        <a href={hrefOf({ page: 'list' }, filter)}>← Calls</a>
        <a href={hrefOf({ page: 'list' }, withFilter(new URLSearchParams(), 'trace', [trace.trace_id]))}>
          Show as a list
        </a>
        <a href={hrefOf({ page: 'thread', id: trace.trace_id }, filter)}>Show as a conversation</a>
      </nav>
      <div class="call-title">
        <h1>{visible(name ?? 'Trace')}</h1>
        <code class="muted">{visible(trace.trace_id)}</code>
        {first && (
          <span class="muted">
            {visible(first.service)} · {formatMoment(first.started_ms)}
          </span>
        )}
      </div>
    </header>
  )
}

function TraceTiles({ trace, timeline }: { trace: TraceAnswer; timeline: Timeline }) {
  const sum = (pick: (row: TraceAnswer['rows'][number]) => number | null) =>
    trace.rows.reduce((total, row) => total + (pick(row) ?? 0), 0)
  const errors = trace.rows.filter((row) => row.status === 'error').length
  return (
    <Tiles label="Sums of the trace">
      <Tile name="Calls" value={formatCount(trace.total)} />
      <Tile name="Errors" value={formatCount(errors)} isBad={errors > 0} />
      <Tile name="From first to last" value={formatMs(timeline.spanMs)} />
      <Tile name="Waiting for models" value={formatMs(timeline.busyMs)} />
      <Tile name="Tokens" value={formatCount(sum((row) => row.total_tokens))} />
      <Tile name="Cost" value={formatCost(sum((row) => row.cost_usd))} />
    </Tiles>
  )
}

function Marks({ marks }: { marks: readonly Mark[] }) {
  return (
    <div class="marks" aria-hidden="true">
      <div class="marks-track">
        {marks.map((mark) => (
          <span
            key={mark.afterMs}
            class={mark.pauseMs > 0 ? 'mark is-fold' : 'mark'}
            style={{ left: `${mark.left * 100}%` }}
            {...(mark.pauseMs > 0 ? { title: `${formatMs(mark.pauseMs)} without a call, folded` } : {})}
          >
            {mark.hasWords && formatTick(mark)}
          </span>
        ))}
      </div>
    </div>
  )
}

function formatTick({ afterMs, pauseMs }: Mark): string {
  if (afterMs === 0) return '0'
  const time = formatMs(afterMs)
  return pauseMs > 0 ? `+${time}` : time.replace(/\.0+(?= )/, '').replace(/(\.\d)0(?= )/, '$1')
}

function BarRow({ bar, filter }: { bar: Bar; filter: URLSearchParams }) {
  const { row } = bar
  const place = { left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }
  return (
    <li>
      <a class="bar-row" href={hrefOf({ page: 'call', id: row.id }, filter)}>
        <span class="bar-label">
          <span class="over">{visible(row.model ?? row.method)}</span>
          <span class="under">
            {visible(row.operation)} · <bdi>{visible(row.answer || row.prompt)}</bdi>
          </span>
        </span>
        <span class="bar-track">
          <span class={`bar bar-${row.status}`} style={place}>
            {bar.first !== null && <span class="bar-first" style={{ width: `${bar.first * 100}%` }} />}
          </span>
        </span>
        <span class="bar-figures">
          <span class="over">{formatMs(row.duration_ms)}</span>
          <StatusMark status={row.status} httpStatus={row.http_status} />
        </span>
      </a>
    </li>
  )
}
