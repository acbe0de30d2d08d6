// The list of calls: only the rows on the screen exist. In: the filter. Out: rows, newest first, live.
import { useEffect } from 'preact/hooks'
import { useKeys } from '../shell/keys.ts'
import { goTo } from '../shell/navigation.ts'
import { hrefOf, withFilter } from '../shell/route.ts'
import { EmptyList } from './empty.tsx'
import { FilterBar } from './filter-bar.tsx'
import { ListRow } from './row.tsx'
import { orderWords, SortHead } from './sort.tsx'
import { ListSummary } from './summary.tsx'
import { type List, useList } from './use-list.ts'

export function ListPage({ filter }: { filter: URLSearchParams }) {
  const list = useList(filter.toString())
  useListKeys(list, filter)
  return (
    <main class="list-page">
      <h1 class="hidden">Calls</h1>
      <FilterBar filter={filter}>
        <ListSummary list={list} filter={filter} />
      </FilterBar>
      <div class="list-scroll" ref={list.view.ref} onScroll={list.view.onScroll} tabIndex={-1}>
        {list.answer && list.total === 0 ? (
          <EmptyList filter={filter} answer={list.answer} />
        ) : (
          <Rows list={list} filter={filter} />
        )}
      </div>
    </main>
  )
}

/** While a call waits to be compared, a click on another one does it. */
function hrefOfRow(id: string, filter: URLSearchParams): string {
  const other = filter.get('with')
  if (other === null || other === id) return hrefOf({ page: 'call', id }, filter)
  return hrefOf({ page: 'compare', id: other, other: id }, withFilter(filter, 'with', []))
}

function Rows({ list, filter }: { list: List; filter: URLSearchParams }) {
  const style = { height: `${list.total * list.view.rowPx}px` }
  return (
    <>
      <ListHead filter={filter} />
      <ol class={list.isStale ? 'rows is-stale' : 'rows'} style={style} aria-label={`Calls, ${orderWords(filter)}`}>
        {list.rows.map(({ row, index }) => (
          <ListRow
            key={row.id}
            row={row}
            index={index}
            total={list.total}
            rowPx={list.view.rowPx}
            href={hrefOfRow(row.id, filter)}
            isCurrent={row.id === list.currentId}
          />
        ))}
      </ol>
    </>
  )
}

function ListHead({ filter }: { filter: URLSearchParams }) {
  return (
    <div class="list-head">
      <SortHead filter={filter} name="" words="Time" />
      <span>Status</span>
      <span>Model</span>
      <span>Prompt and answer</span>
      <SortHead filter={filter} name="latency" words="Latency" />
      <SortHead filter={filter} name="tokens" words="Tokens" />
      <SortHead filter={filter} name="cost" words="Cost" />
    </div>
  )
}

function useListKeys(list: List, filter: URLSearchParams): void {
  useEffect(() => {
    if (list.currentId === '') return
    list.view.ref.current?.querySelector<HTMLElement>('.row.is-current')?.focus({ preventScroll: true })
  }, [list.currentId])
  useKeys({
    j: () => list.move(1),
    k: () => list.move(-1),
    Enter: (event) => {
      const hasOwnEnter = event.target instanceof Element && event.target.closest('a, button, summary') !== null
      if (list.currentId !== '' && !hasOwnEnter) goTo(hrefOfRow(list.currentId, filter))
    },
  })
}
