// One line between filter and list: how many calls, which trace, how far a search or the first reading has come.
import type { ListAnswer } from '../../api.ts'
import { CopyButton } from '../shell/copy-button.tsx'
import { formatCount, formatShare } from '../shell/format.ts'
import { type FilterName, hrefOf, isFiltering, withFilter } from '../shell/route.ts'
import { visible } from '../shell/visible.ts'
import { Export } from './export.tsx'
import { orderOf } from './sort.tsx'
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
      <Pills filter={filter} />
      {isFiltering(filter) && (
        <a class="quiet-link" href={hrefOf({ page: 'list' }, new URLSearchParams())}>
          Clear filter
        </a>
      )}
      {trace && (
        <a class="quiet-link" href={hrefOf({ page: 'trace', id: trace }, withFilter(filter, 'trace', []))}>
          Show on a time line
        </a>
      )}
      {filter.toString() !== '' && (
        <CopyButton label="Copy link" text={() => location.href} title="The address holds filter and order" />
      )}
      {answer && answer.total > 0 && <Export filter={filter} />}
    </div>
  )
}

const PILLS: readonly (readonly [name: FilterName, words: string])[] = [
  ['trace', 'trace'],
  ['conversation', 'conversation'],
  ['user', 'user'],
  ['error', 'error'],
  ['meta', ''],
  ['min_latency', 'at least'],
  ['min_cost', 'at least $'],
]

/** What filters beside the choices that are always in sight; a click takes it away. */
function Pills({ filter }: { filter: URLSearchParams }) {
  const compared = filter.get('with')
  return (
    <>
      {compared !== null && (
        <span class="pill is-waiting">
          Click the call to compare with. <a href={hrefOf({ page: 'list' }, withFilter(filter, 'with', []))}>Cancel</a>
        </span>
      )}
      {PILLS.flatMap(([name, words]) =>
        filter.getAll(name).map((value) => (
          <a
            key={`${name} ${value}`}
            class="pill"
            title="Take this filter away"
            href={hrefOf(
              { page: 'list' },
              withFilter(
                filter,
                name,
                filter.getAll(name).filter((other) => other !== value),
              ),
            )}
          >
            {words} {visible(value).slice(0, 60)} <span aria-hidden="true">×</span>
          </a>
        )),
      )}
    </>
  )
}

function describe({ total, change, search }: ListAnswer, filter: URLSearchParams): string {
  const words = total === 1 ? 'call' : 'calls'
  const all = !isFiltering(filter) ? '' : ` of ${formatCount(change.calls)}`
  const parts = [`${formatCount(total)}${all} ${words}`]
  if (search?.capped) parts[0] = `The newest ${formatCount(total)} matches`
  else if (search && !search.done) parts.push(`searching, ${formatShare(search.searched, search.of)} done`)
  const { done_bytes: done, total_bytes: bytes } = change.loading
  if (done < bytes) parts.push(`reading older records, ${formatShare(done, bytes)} done`)
  if (total > MAX_SHOWN_ROWS)
    parts.push(
      `${orderOf(filter) === '' ? 'the newest' : 'the first'} ${formatCount(MAX_SHOWN_ROWS)} are listed; narrow the filter for older ones`,
    )
  return parts.join(' · ')
}
