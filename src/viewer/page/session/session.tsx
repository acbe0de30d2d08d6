// Calls that belong together as one conversation: those of a socket, of a `conversation_id` or of a trace, in their order. In: what binds
// them and its id. Out: turns under the call they belong to; what a call only repeats is left out.
import type { SessionAnswer, SessionCall, SessionKind } from '../../api.ts'
import { Conversation } from '../call/turn-view.tsx'
import { formatClock, formatCost, formatCount, formatMoment, formatMs } from '../shell/format.ts'
import { useKeys } from '../shell/keys.ts'
import { useLive } from '../shell/live.ts'
import { goTo } from '../shell/navigation.ts'
import { NotHere } from '../shell/not-here.tsx'
import { hrefOf, listOf } from '../shell/route.ts'
import { StatusMark } from '../shell/status.tsx'
import { Tile, Tiles } from '../shell/tiles.tsx'
import { useAnswer } from '../shell/use-answer.ts'
import { useSlow } from '../shell/use-slow.ts'
import { visible } from '../shell/visible.ts'
import { threadOf } from './thread.ts'

const REFRESH_MS = 2000

export interface SessionProps {
  readonly by: SessionKind
  readonly id: string
  readonly filter: URLSearchParams
}

const NOT_HERE = { session: 'session', conversation: 'conversation', trace: 'trace' } as const

export function SessionPage({ by, id, filter }: SessionProps) {
  const version = useSlow(useLive().change?.version ?? 0, REFRESH_MS)
  const { value, error } = useAnswer<SessionAnswer>(`/api/session?by=${by}&id=${encodeURIComponent(id)}`, version)
  useKeys({ Escape: () => goTo(hrefOf({ page: 'list' }, filter)) })
  if (value === undefined) return <main class="page">{error && <p class="muted">{error.message}</p>}</main>
  if (value === null) return <NotHere what={NOT_HERE[by]} filter={filter} />
  return (
    <main class="page session-page">
      <SessionHead session={value} filter={filter} />
      <SessionTiles session={value} />
      {value.before > 0 && (
        <p class="muted">
          The newest {formatCount(value.calls.length)} of {formatCount(value.total)} calls.
        </p>
      )}
      {threadOf(value.calls).map(({ call, turns }) => (
        <section class="session-call" key={call.row.id} aria-label={`Call at ${formatClock(call.row.started_ms)}`}>
          <CallLine call={call} filter={filter} />
          {turns.length === 0 ? <p class="muted">Nothing that was not said before.</p> : <Conversation turns={turns} />}
        </section>
      ))}
    </main>
  )
}

function SessionHead({ session, filter }: { session: SessionAnswer; filter: URLSearchParams }) {
  const [first] = session.calls
  return (
    <header class="page-head">
      <nav class="crumbs" aria-label="Position">
        <a href={hrefOf({ page: 'list' }, filter)}>← Calls</a>
        {first && <a href={hrefOf({ page: 'trace', id: first.row.trace_id }, filter)}>Trace</a>}
        {session.by === 'conversation' && <a href={listOf('conversation', session.session_id)}>Show as a list</a>}
      </nav>
      <div class="call-title">
        <h1>{visible(session.by === 'session' ? (first?.row.model ?? 'Session') : 'Conversation')}</h1>
        <code class="muted">{visible(session.session_id)}</code>
        {first && (
          <span class="muted">
            {visible(first.row.service)} · {formatMoment(first.row.started_ms)}
          </span>
        )}
      </div>
    </header>
  )
}

function SessionTiles({ session }: { session: SessionAnswer }) {
  const rows = session.calls.map(({ row }) => row)
  const sum = (pick: (row: SessionCall['row']) => number | null) => rows.reduce((all, row) => all + (pick(row) ?? 0), 0)
  const stopped = rows.filter(({ status }) => status === 'aborted').length
  return (
    <Tiles label="Sums of the session">
      <Tile name={session.by === 'session' ? 'Responses' : 'Calls'} value={formatCount(session.total)} />
      <Tile name={session.by === 'session' ? 'Interrupted' : 'Aborted'} value={formatCount(stopped)} />
      <Tile name="Tokens" value={formatCount(sum((row) => row.total_tokens))} />
      <Tile name="Cost" value={formatCost(sum((row) => row.cost_usd))} />
    </Tiles>
  )
}

function CallLine({ call: { row }, filter }: { call: SessionCall; filter: URLSearchParams }) {
  return (
    <p class="session-line">
      <a href={hrefOf({ page: 'call', id: row.id }, filter)}>{formatClock(row.started_ms)}</a>{' '}
      <span class="under">
        {formatMs(row.duration_ms)}
        {row.total_tokens === null ? '' : ` · ${formatCount(row.total_tokens)} tokens`}
      </span>{' '}
      <StatusMark status={row.status} httpStatus={row.http_status} />
    </p>
  )
}
