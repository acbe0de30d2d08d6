// The filters that are not asked for every day: user, error, a field of the metadata, latency and cost. In: the filter. Out: another address.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { FacetsAnswer } from '../../api.ts'
import type { FilterName } from '../shell/route.ts'
import { Choice, Select, setFilter } from './choice.tsx'

const NAMES: readonly FilterName[] = ['user', 'error', 'meta', 'min_latency', 'min_cost']
const LATENCIES = [
  ['', 'Any latency'],
  ['1s', '1 s or more'],
  ['5s', '5 s or more'],
  ['10s', '10 s or more'],
  ['60s', '1 m or more'],
] as const
const COSTS = [
  ['', 'Any cost'],
  ['0.001', '$0.001 or more'],
  ['0.01', '$0.01 or more'],
  ['0.1', '$0.10 or more'],
  ['1', '$1 or more'],
] as const

export interface MoreFiltersProps {
  readonly filter: URLSearchParams
  readonly facets: FacetsAnswer | null | undefined
}

export function MoreFilters({ filter, facets }: MoreFiltersProps) {
  const setCount = NAMES.filter((name) => filter.has(name)).length
  const panel = useClosing()
  return (
    <details class="more-filters" ref={panel}>
      <summary class={setCount > 0 ? 'choice is-set' : 'choice'}>
        {setCount > 0 ? `More filters (${setCount})` : 'More filters'}
      </summary>
      <div class="more-panel">
        <Choice name="user" label="User" all="All users" filter={filter} facets={facets?.users} />
        <Choice name="error" label="Error" all="All errors" filter={filter} facets={facets?.errors} />
        <Select
          label="Latency"
          value={filter.get('min_latency') ?? ''}
          choices={LATENCIES}
          onChoice={(value) => setFilter('min_latency', [value])}
        />
        <Select
          label="Cost"
          value={filter.get('min_cost') ?? ''}
          choices={COSTS}
          onChoice={(value) => setFilter('min_cost', [value])}
        />
        <MetadataField filter={filter} />
      </div>
    </details>
  )
}

/** The panel lies over the list: a press beside it, or Escape, closes it. */
function useClosing() {
  const panel = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const { current } = panel
      const isInside = event.target instanceof Node && current?.contains(event.target)
      const isEscape = event instanceof KeyboardEvent && event.key === 'Escape'
      if (current && (isEscape || (event.type === 'pointerdown' && !isInside))) current.open = false
    }
    addEventListener('pointerdown', close)
    addEventListener('keydown', close)
    return () => {
      removeEventListener('pointerdown', close)
      removeEventListener('keydown', close)
    }
  }, [])
  return panel
}

/** Any field may have any value: it is typed, and looked for in the records. */
function MetadataField({ filter }: { filter: URLSearchParams }) {
  const value = filter.get('meta') ?? ''
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        setFilter('meta', typed.includes('=') ? [typed.trim()] : [])
      }}
    >
      <input
        class="choice"
        aria-label="Metadata, as field=value"
        placeholder="metadata field=value ⏎"
        pattern="[^=]+=.*"
        value={typed}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </form>
  )
}
