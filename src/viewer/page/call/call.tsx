// One call. In: its id. Out: status and timing, the conversation, the facts, the raw record; previous and next in its trace.
// A call in flight is asked for again with every change until its record is there.
import { useRef, useState } from 'preact/hooks'
import { conversationOf } from '../../../conversation/conversation.ts'
import { bag, list, text } from '../../../narrow.ts'
import type { CallAnswer, Row } from '../../api.ts'
import { CopyButton } from '../shell/copy-button.tsx'
import { Elapsed } from '../shell/elapsed.tsx'
import { formatClock, formatCost, formatCount, formatDay, formatMs } from '../shell/format.ts'
import { JsonText } from '../shell/json-text.tsx'
import { useKeys } from '../shell/keys.ts'
import { useLive } from '../shell/live.ts'
import { LongText } from '../shell/long-text.tsx'
import { goTo } from '../shell/navigation.ts'
import { NotHere } from '../shell/not-here.tsx'
import { hrefOf, listOf, withFilter } from '../shell/route.ts'
import { StatusMark } from '../shell/status.tsx'
import { useAnswer } from '../shell/use-answer.ts'
import { useSlow } from '../shell/use-slow.ts'
import { visible } from '../shell/visible.ts'
import { curlOf, snippetOf } from './copy.ts'
import { Facts } from './facts.tsx'
import { TimingBar } from './timing-bar.tsx'
import { Conversation } from './turn-view.tsx'

const REFRESH_MS = 5000

/** A call in flight is asked for with every change; one that ended seldom, for its neighbours in the trace. */
function useCall(id: string) {
  const version = useLive().change?.version ?? 0
  const slowVersion = useSlow(version, REFRESH_MS)
  const isOpen = useRef(true)
  const answered = useAnswer<CallAnswer>(
    `/api/call?id=${encodeURIComponent(id)}`,
    isOpen.current ? version : slowVersion,
  )
  isOpen.current = !answered.value || answered.value.row.status === 'in_flight'
  return answered
}

export function CallPage({ id, filter }: { id: string; filter: URLSearchParams }) {
  const { value, error } = useCall(id)
  const list = hrefOf({ page: 'list' }, filter)
  const show = (other: string | null | undefined) => other && goTo(hrefOf({ page: 'call', id: other }, filter))
  useKeys({
    Escape: () => goTo(list),
    j: () => show(value?.next),
    k: () => show(value?.previous),
    c: () => goTo(hrefOf({ page: 'list' }, withFilter(filter, 'with', [id]))),
    t: () => value && goTo(hrefOf({ page: 'trace', id: value.row.trace_id }, filter)),
  })
  if (value === undefined) return <main class="page">{error && <p class="muted">{error.message}</p>}</main>
  if (value === null) return <NotHere what="call" filter={filter} />
  return (
    <main class="page call-page">
      <CallHead call={value} filter={filter} />
      <TimingBar record={value.record} />
      <CallError record={value.record} />
      <div class="call-columns">
        <CallContent call={value} />
        <Facts record={value.record} row={value.row} />
      </div>
    </main>
  )
}

function CallHead({ call, filter }: { call: CallAnswer; filter: URLSearchParams }) {
  const { row } = call
  return (
    <header class="page-head">
      <nav class="crumbs" aria-label="Position">
        <a href={hrefOf({ page: 'list' }, filter)}>← Calls</a>
        <TraceSteps call={call} filter={filter} />
      </nav>
      <div class="call-title">
        <h1>{visible(row.model ?? row.method)}</h1>
        <StatusMark status={row.status} httpStatus={row.http_status} />
        <span class="muted">
          {sayInShort(row)}
          {row.status === 'in_flight' && <Elapsed startedMs={row.started_ms} />}
        </span>
        <span class="actions">
          <a class="button" href={hrefOf({ page: 'list' }, withFilter(filter, 'with', [row.id]))}>
            Compare…
          </a>
          <CopyButton label="Copy as curl" text={() => curlOf(call.record)} title="Without the key" />
          <CopyButton
            label="Copy as openai"
            text={() => snippetOf(call.record)}
            title="A program that uses the openai package"
          />
        </span>
      </div>
    </header>
  )
}

function sayInShort(row: Row): string {
  const parts = [
    visible(row.method),
    `${formatDay(row.started_ms, Date.now()) || 'today'} ${formatClock(row.started_ms)}`,
  ]
  if (row.duration_ms !== null) parts.push(formatMs(row.duration_ms))
  if (row.total_tokens !== null) parts.push(`${formatCount(row.total_tokens)} tokens`)
  if (row.cost_usd !== null) parts.push(formatCost(row.cost_usd))
  return parts.join(' · ')
}

function TraceSteps({ call, filter }: { call: CallAnswer; filter: URLSearchParams }) {
  const { row, previous, next, trace_position: at, trace_size: size } = call
  const step = (id: string | null, words: string) =>
    id === null ? (
      <span class="step is-off">{words}</span>
    ) : (
      <a class="step" href={hrefOf({ page: 'call', id }, filter)}>
        {words}
      </a>
    )
  return (
    <span class="trace-steps">
      {step(previous, '‹ Previous')}
      <a href={hrefOf({ page: 'trace', id: row.trace_id }, filter)}>
        {formatCount(at)} of {formatCount(size)} in trace
      </a>
      {step(next, 'Next ›')}
    </span>
  )
}

function CallError({ record }: { record: unknown }) {
  const error = bag(bag(record).error)
  if (typeof error.message !== 'string') return null
  const code = text(error.code)
  const param = text(error.param)
  return (
    <section class="note note-error" aria-label="Error">
      <p>
        <strong>{visible(text(error.type) ?? 'Error')}</strong>{' '}
        <span class="under">
          {code && <a href={listOf('error', code)}>{visible(code)}</a>}
          {code && param ? ' · ' : ''}
          {param && visible(`parameter ${param}`)}
        </span>
      </p>
      <LongText text={error.message} />
      {typeof error.stack === 'string' && (
        <details>
          <summary>Stack</summary>
          <LongText text={error.stack} isCode />
        </details>
      )}
    </section>
  )
}

function CallContent({ call }: { call: CallAnswer }) {
  const [isRaw, setRaw] = useState(false)
  const record = bag(call.record)
  const turns = conversationOf(bag(record.request).body, bag(record.response).body)
  const cut = list(record.truncated).length
  const unplaced = list(record.unplaced).length
  return (
    <div class="call-content">
      <div class="tabs">
        <button type="button" aria-pressed={!isRaw} onClick={() => setRaw(false)}>
          Conversation
        </button>
        <button type="button" aria-pressed={isRaw} onClick={() => setRaw(true)}>
          Raw JSON
        </button>
        {isRaw && <CopyButton label="Copy JSON" text={() => JSON.stringify(call.record, null, 2)} />}
        {cut > 0 && (
          <span class="muted">{cut === 1 ? 'One value was' : `${cut} values were`} cut to the size limit.</span>
        )}
        {unplaced > 0 && <span class="muted">Some events of the stream fit nowhere: they stand in the raw JSON.</span>}
      </div>
      {isRaw ? <JsonText value={call.record} /> : <Conversation turns={turns} />}
      {!isRaw && turns.length === 0 && <p class="muted">No content was recorded.</p>}
      {call.row.status === 'in_flight' && <p class="waiting">Waiting for the answer…</p>}
    </div>
  )
}
