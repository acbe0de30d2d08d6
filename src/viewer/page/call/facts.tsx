// The column beside the conversation: usage, parameters, attempts, where the call came from. In: a record. Out: tables.

import { type Bag, bag, finite, list, msOfNs, text } from '../../../narrow.ts'
import type { Row } from '../../api.ts'
import { formatMoment, formatMs } from '../shell/format.ts'
import { JsonText } from '../shell/json-text.tsx'
import { type FilterName, hrefOf, listOf } from '../shell/route.ts'
import { visible } from '../shell/visible.ts'
import { placeRows, usageRows } from './fact-rows.ts'
import { type FactRow, FactTable, Group, Value } from './fact-table.tsx'
import { SHOWN_ELSEWHERE } from './shown-elsewhere.ts'

/** Longer values are no names to look for. */
const MAX_LINKED_CHARS = 200
export function Facts({ record, row }: { record: unknown; row: Row }) {
  const call = bag(record)
  return (
    <aside class="facts" aria-label="Details">
      <UsageFacts record={call} />
      <ParameterFacts body={bag(bag(call.request).body)} />
      <AttemptFacts record={call} />
      <ContextFacts record={call} row={row} />
      <HeaderFacts headers={bag(bag(call.response).headers)} />
    </aside>
  )
}

function UsageFacts({ record }: { record: Bag }) {
  const rows = usageRows(record)
  if (rows.length === 0) return null
  return (
    <Group title="Usage">
      <FactTable isFigures rows={rows} />
    </Group>
  )
}

function ParameterFacts({ body }: { body: Bag }) {
  const names = Object.keys(body).filter((name) => !SHOWN_ELSEWHERE.has(name))
  const tools = list(body.tools)
  if (names.length === 0 && tools.length === 0) return null
  return (
    <Group title="Parameters">
      <FactTable rows={names.map((name) => [name, <Value value={body[name]} />])} />
      {tools.length > 0 && (
        <details>
          <summary>
            {tools.length} {tools.length === 1 ? 'tool' : 'tools'}:{' '}
            <code>{visible(tools.map(toolName).join(', '))}</code>
          </summary>
          <JsonText value={tools} />
        </details>
      )}
    </Group>
  )
}

function toolName(tool: unknown): string {
  const { function: made, name, type } = bag(tool)
  return text(bag(made).name) ?? text(name) ?? text(type) ?? 'tool'
}

function AttemptFacts({ record }: { record: Bag }) {
  const attempts = list(record.attempts).map(bag)
  const started = msOfNs(record.started_at)
  if (attempts.length === 0) return null
  return (
    <Group title={attempts.length === 1 ? 'Attempt' : `Attempts (${attempts.length})`}>
      <ol class="attempts">
        {attempts.map((attempt, index) => {
          const at = msOfNs(attempt.started_at)
          const outcome = finite(attempt.status) ?? text(attempt.error) ?? 'no answer'
          return (
            <li key={index}>
              <span class={Number(outcome) < 400 ? 'outcome' : 'outcome is-error'}>{visible(String(outcome))}</span>
              <span>{formatMs(finite(attempt.duration_ms))}</span>
              <span class="under">
                {at !== null && started !== null ? `at ${formatMs(at - started)}` : ''}
                {text(attempt.retry_after) ? ` · retry after ${retryAfter(text(attempt.retry_after) ?? '')}` : ''}
              </span>
              {text(attempt.request_id) && <code class="under">{visible(text(attempt.request_id) ?? '')}</code>}
            </li>
          )
        })}
      </ol>
    </Group>
  )
}

/** Seconds, or a date as the server wrote it. */
function retryAfter(header: string): string {
  return /^[\d.]+$/.test(header) ? `${header} s` : visible(header)
}

function ContextFacts({ record, row }: { record: Bag; row: Row }) {
  const trace = <a href={hrefOf({ page: 'trace', id: row.trace_id }, new URLSearchParams())}>{visible(row.trace_id)}</a>
  const session = text(record.session_id)
  return (
    <Group title="Context">
      <FactTable
        rows={[
          ['Started', formatMoment(row.started_ms)],
          ['Trace', row.trace_id === '' ? null : trace],
          ['Session', session === null ? null : sessionLink(session)],
          ['Name', row.name],
          ['Service', row.service],
          ['Tags', row.tags.join(', ')],
          ['User', linkTo('user', text(record.user_id))],
          ['Conversation', conversationLink(text(record.conversation_id))],
          ...Object.entries(bag(record.metadata)).map(([name, value]): FactRow => [name, metadataLink(name, value)]),
          ...placeRows(record),
          ['Call', row.id],
        ]}
      />
    </Group>
  )
}

/** Leads to all calls of the same. */
function linkTo(name: FilterName, value: string | null) {
  return value === null || value === '' ? null : <a href={listOf(name, value)}>{visible(value)}</a>
}

function metadataLink(name: string, value: unknown) {
  const isShort = typeof value !== 'object' && String(value).length <= MAX_LINKED_CHARS
  return isShort ? <a href={listOf('meta', `${name}=${value}`)}>{visible(String(value))}</a> : <Value value={value} />
}

function conversationLink(id: string | null) {
  if (id === null || id === '') return null
  return <a href={hrefOf({ page: 'conversation', id }, new URLSearchParams())}>{visible(id)}</a>
}

function sessionLink(id: string) {
  return <a href={hrefOf({ page: 'session', id }, new URLSearchParams())}>{visible(id)}</a>
}

function HeaderFacts({ headers }: { headers: Bag }) {
  const rows = Object.entries(headers).map(([name, value]): FactRow => [name, String(value)])
  if (rows.length === 0) return null
  return (
    <details class="fact-group">
      <summary>Response headers ({rows.length})</summary>
      <FactTable rows={rows} />
    </details>
  )
}
