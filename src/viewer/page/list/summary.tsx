// One line between filter and list: how many calls, which trace, how far a search or the first reading has come.
import type { ListAnswer } from '../../api.ts'
import { formatCount, formatShare } from '../shell/format.ts'
import { hrefOf, withFilter } from '../shell/route.ts'
import { visible } from '../shell/visible.ts'
import type { List } from './use-list.ts'
import { MAX_SHOWN_ROWS } from './window.ts'

export function ListSummary({ list, filter }: { list: List; filter: URLSearchParams }) {
  const { answer, error } = list
  const trace = filter.get('trace')
  return (
    <div class="list-summary">
      <p role="status">
        {error && !answer ? error.message : answer ? describe(answer, filter) : 'Reading the records…'}
      </p>
      {trace && <span class="pill">trace {visible(trace).slice(0, 40)}</span>}
      {filter.toString() !== '' && (
        <a class="quiet-link" href={hrefOf({ page: 'list' }, new URLSearchParams())}>
          Clear filter
        </a>
      )}
      {trace && (
        <a class="quiet-link" href={hrefOf({ page: 'trace', id: trace }, withFilter(filter, 'trace', []))}>
          Show on a time line
        </a>
      )}
    </div>
  )
}

function describe({ total, change, search }: ListAnswer, filter: URLSearchParams): string {
  const words = total === 1 ? 'call' : 'calls'
  const all = filter.toString() === '' ? '' : ` of ${formatCount(change.calls)}`
  const parts = [`${formatCount(total)}${all} ${words}`]
  if (search?.capped) parts[0] = `The newest ${formatCount(total)} matches`
  else if (search && !search.done) parts.push(`searching, ${formatShare(search.searched, search.of)} done`)
  const { done_bytes: done, total_bytes: bytes } = change.loading
  if (done < bytes) parts.push(`reading older records, ${formatShare(done, bytes)} done`)
  if (total > MAX_SHOWN_ROWS)
    parts.push(`the newest ${formatCount(MAX_SHOWN_ROWS)} are listed; narrow the filter for older ones`)
  return parts.join(' · ')
}
