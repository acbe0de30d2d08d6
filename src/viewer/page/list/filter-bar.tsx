// The filter: search words, status, and what the recorded calls have to choose from. In: the filter in the address.
// Out: another address. The list of choices comes from the server.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Facet, type FacetsAnswer, VIEW_STATUSES, type ViewStatus } from '../../api.ts'
import { useKeys } from '../shell/keys.ts'
import { useLive } from '../shell/live.ts'
import { currentPlace, goTo } from '../shell/navigation.ts'
import { hrefOf } from '../shell/route.ts'
import { STATUS_WORDS } from '../shell/status.tsx'
import { useAnswer } from '../shell/use-answer.ts'
import { useSlow } from '../shell/use-slow.ts'
import { Choice, Select, setFilter } from './choice.tsx'
import { MoreFilters } from './more-filters.tsx'
import { ORDERS, orderOf, withOrder } from './sort.tsx'

const FACETS_INTERVAL_MS = 2000
const TYPING_PAUSE_MS = 150
const NO_FACETS: readonly Facet[] = []
const TIME_CHOICES = [
  ['', 'Any time'],
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
] as const

export function FilterBar({ filter, children }: { filter: URLSearchParams; children?: ComponentChildren }) {
  const version = useSlow(useLive().change?.version ?? 0, FACETS_INTERVAL_MS)
  const facets = useAnswer<FacetsAnswer>('/api/facets', version).value
  return (
    <search class="filter-bar">
      <SearchField query={filter.get('q') ?? ''} />
      <div class="choices">
        <Choice name="model" label="Model" all="All models" filter={filter} facets={facets?.models} />
        <Choice name="operation" label="Operation" all="All operations" filter={filter} facets={facets?.operations} />
        <Choice name="service" label="Service" all="All services" filter={filter} facets={facets?.services} />
        <Choice name="tag" label="Tag" all="All tags" filter={filter} facets={facets?.tags} />
        <TimeChoice filter={filter} />
        <Select
          label="Order"
          value={orderOf(filter)}
          choices={ORDERS}
          onChoice={(value) => {
            const { route, filter: now } = currentPlace()
            goTo(hrefOf(route, withOrder(now, value)))
          }}
        />
        <MoreFilters filter={filter} facets={facets} />
      </div>
      <div class="filter-line">
        <StatusChips filter={filter} facets={facets?.statuses ?? NO_FACETS} />
        {children}
      </div>
    </search>
  )
}

function SearchField({ query }: { query: string }) {
  const [typed, setTyped] = useState(query)
  const field = useRef<HTMLInputElement>(null)
  // What this field has put into the address. Only another's query replaces what is typed: a pause after a space would take the space.
  const sent = useRef(query)
  useEffect(() => {
    if (query === sent.current) return
    sent.current = query
    setTyped(query)
  }, [query])
  useEffect(() => {
    const words = typed.trim()
    if (words === sent.current) return
    const timer = setTimeout(() => {
      sent.current = words
      setFilter('q', [words], true)
    }, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  useKeys({
    '/': (event) => {
      event.preventDefault()
      field.current?.focus()
      field.current?.select()
    },
    Escape: () => field.current?.blur(),
  })
  return (
    <label class="search-field">
      <span class="hidden">Search in prompts, answers and everything else recorded</span>
      <SearchIcon />
      <input
        ref={field}
        type="search"
        value={typed}
        placeholder="Search prompts and answers"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <span class="key-hint" aria-hidden="true">
        /
      </span>
    </label>
  )
}

function SearchIcon() {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" class="icon">
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.5 3.5" />
    </svg>
  )
}

function TimeChoice({ filter }: { filter: URLSearchParams }) {
  return (
    <Select
      label="Time"
      value={filter.get('since') ?? ''}
      choices={TIME_CHOICES}
      onChoice={(value) => setFilter('since', [value])}
    />
  )
}

function StatusChips({ filter, facets }: { filter: URLSearchParams; facets: readonly Facet[] }) {
  const chosen = filter.getAll('status')
  const toggle = (status: ViewStatus) =>
    setFilter('status', chosen.includes(status) ? chosen.filter((other) => other !== status) : [...chosen, status])
  return (
    <fieldset class="chips">
      <legend class="hidden">Status</legend>
      {VIEW_STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          class={`chip status-${status}`}
          aria-pressed={chosen.includes(status)}
          onClick={() => toggle(status)}
        >
          <span class="dot" aria-hidden="true" />
          {STATUS_WORDS[status]}
          <span class="count">
            {(facets.find((facet) => facet.value === status)?.count ?? 0).toLocaleString('en-US')}
          </span>
        </button>
      ))}
    </fieldset>
  )
}
