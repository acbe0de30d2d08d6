// A row of the table as the page sees it. In: the table, a row. Out: the shape of api.ts.
import { type Row, VIEW_STATUSES, type ViewStatus } from './api.ts'
import { idOfRow, type Table } from './table.ts'

/** Gives one call. Its first words are '' unless they are in memory: see previews.ts. */
export function readRow(table: Table, row: number): Row {
  const { columns } = table
  const { prompt = '', answer = '' } = table.previews.get(row) ?? {}
  return {
    id: idOfRow(table, row),
    started_ms: columns.started[row] ?? 0,
    status: (VIEW_STATUSES[columns.status[row] ?? 0] ?? 'incomplete') as ViewStatus,
    http_status: columns.http[row] || null,
    model: table.models.text(columns.model[row] ?? 0) || null,
    operation: table.operations.text(columns.operation[row] ?? 0),
    method: table.methods.text(columns.method[row] ?? 0),
    name: table.names.text(columns.name[row] ?? 0) || null,
    service: table.services.text(columns.service[row] ?? 0),
    stream: columns.stream[row] === 1,
    attempts: columns.attempts[row] ?? 0,
    duration_ms: known(columns.duration[row]),
    time_to_first_token_ms: known(columns.firstToken[row]),
    input_tokens: known(columns.inputTokens[row]),
    output_tokens: known(columns.outputTokens[row]),
    total_tokens: known(columns.totalTokens[row]),
    cost_usd: known(columns.cost[row]),
    prompt,
    answer,
    trace_id: table.traces.text(columns.trace[row] ?? 0),
    user_id: table.users.text(columns.user[row] ?? 0) || null,
    conversation_id: table.conversations.text(columns.conversation[row] ?? 0) || null,
    tags: JSON.parse(table.tagLists.text(columns.tags[row] ?? 0) || '[]'),
  }
}

/** A column's value, null where it is unknown (NaN). */
function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
