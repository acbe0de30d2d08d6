// An empty list: nothing recorded yet, or nothing that passes the filter. Says what to do in either case.
import type { ListAnswer } from '../../api.ts'
import { CopyButton } from '../shell/copy-button.tsx'
import { hrefOf } from '../shell/route.ts'

const COMMAND = 'NODE_OPTIONS="--import neatlogs/register" node app.js'

export function EmptyList({ filter, answer }: { filter: URLSearchParams; answer: ListAnswer }) {
  const isReading = answer.change.loading.done_bytes < answer.change.loading.total_bytes
  const isSearching = answer.search !== null && !answer.search.done
  if (isReading || isSearching) return <p class="empty-note">{isSearching ? 'Searching…' : 'Reading the records…'}</p>
  return answer.change.calls === 0 ? <NothingRecorded /> : <NothingFound filter={filter} />
}

function NothingRecorded() {
  return (
    <section class="empty">
      <h2>No calls yet</h2>
      <p>Run your program like this, and every OpenAI call it makes appears here while it happens:</p>
      <div class="command">
        <code>{COMMAND}</code>
        <CopyButton label="Copy" text={() => COMMAND} />
      </div>
      <p class="muted">
        Nothing in the program changes. Records stay on this machine unless a <code>NEATLOGS_API_KEY</code> is set.
      </p>
    </section>
  )
}

function NothingFound({ filter }: { filter: URLSearchParams }) {
  const query = filter.get('q')
  return (
    <section class="empty">
      <h2>No call matches</h2>
      <p>
        {query ? 'Every word must occur in the record; “quoted words” belong together.' : 'No call passes this filter.'}
      </p>
      <a class="button" href={hrefOf({ page: 'list' }, new URLSearchParams())}>
        Clear filter
      </a>
    </section>
  )
}
