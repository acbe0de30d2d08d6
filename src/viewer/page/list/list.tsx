// The list of calls: only the rows on the screen exist. In: the filter. Out: rows, newest first, live.
import { useEffect } from 'preact/hooks'
import { useKeys } from '../shell/keys.ts'
import { goTo } from '../shell/navigation.ts'
import { hrefOf } from '../shell/route.ts'
import { EmptyList } from './empty.tsx'
import { FilterBar } from './filter-bar.tsx'
import { ListRow } from './row.tsx'
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

function Rows({ list, filter }: { list: List; filter: URLSearchParams }) {
  const style = { height: `${list.total * list.view.rowPx}px` }
  return (
    <>
      <ListHead />
      <ol class={list.isStale ? 'rows is-stale' : 'rows'} style={style} aria-label="Calls, newest first">
        {list.rows.map(({ row, index }) => (
          <ListRow
            key={row.id}
            row={row}
            index={index}
            total={list.total}
            rowPx={list.view.rowPx}
            href={hrefOf({ page: 'call', id: row.id }, filter)}
            isCurrent={row.id === list.currentId}
          />
        ))}
      </ol>
    </>
  )
}

function ListHead() {
  return (
    <div class="list-head" aria-hidden="true">
      <span>Time</span>
      <span>Status</span>
      <span>Model</span>
      <span>Prompt and answer</span>
      <span class="right">Latency</span>
      <span class="right">Tokens</span>
      <span class="right">Cost</span>
    </div>
  )
}

function useListKeys(list: List, filter: URLSearchParams): void {
  useEffect(() => {
    if (list.currentId === '') return
    list.view.ref.current?.querySelector<HTMLElement>('.is-current')?.focus({ preventScroll: true })
  }, [list.currentId])
  useKeys({
    j: () => list.move(1),
    k: () => list.move(-1),
    Enter: (event) => {
      const hasOwnEnter = event.target instanceof Element && event.target.closest('a, button, summary') !== null
      if (list.currentId !== '' && !hasOwnEnter) goTo(hrefOf({ page: 'call', id: list.currentId }, filter))
    },
  })
}
