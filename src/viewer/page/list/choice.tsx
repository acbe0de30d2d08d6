// One choice of the filter. In: what there is to choose from. Out: another address.
import type { Facet } from '../../api.ts'
import { currentPlace, goTo } from '../shell/navigation.ts'
import { type FilterName, hrefOf, withFilter } from '../shell/route.ts'
import { visible } from '../shell/visible.ts'

const NO_FACETS: readonly Facet[] = []

/** Changes one part of the filter and stays on the page. */
export function setFilter(name: FilterName, values: readonly string[], replace = false): void {
  const { route, filter } = currentPlace()
  goTo(hrefOf(route, withFilter(filter, name, values)), replace)
}

export interface ChoiceProps {
  readonly name: FilterName
  readonly label: string
  readonly all: string
  readonly filter: URLSearchParams
  readonly facets: readonly Facet[] | undefined
}

/** Names that were recorded, with their counts. */
export function Choice({ name, label, all, filter, facets = NO_FACETS }: ChoiceProps) {
  const value = filter.get(name) ?? ''
  const isListed = value === '' || facets.some((facet) => facet.value === value)
  const options = isListed ? facets : [{ value, count: 0 }, ...facets]
  return (
    <select
      class={value === '' ? 'choice' : 'choice is-set'}
      aria-label={label}
      value={value}
      onChange={(event) => setFilter(name, [event.currentTarget.value])}
    >
      <option value="">{all}</option>
      {options.map((facet) => (
        <option key={facet.value} value={facet.value}>
          {`${visible(facet.value).slice(0, 60)} (${facet.count})`}
        </option>
      ))}
    </select>
  )
}

export interface SelectProps {
  readonly label: string
  readonly value: string
  /** The first one, '', stands for no choice. */
  readonly choices: readonly (readonly [value: string, words: string])[]
  readonly onChoice: (value: string) => void
}

/** A fixed set. A value from the address that is not in it is shown as it is. */
export function Select({ label, value, choices, onChoice }: SelectProps) {
  const isListed = choices.some(([one]) => one === value)
  return (
    <select
      class={value === '' ? 'choice' : 'choice is-set'}
      aria-label={label}
      value={value}
      onChange={(event) => onChoice(event.currentTarget.value)}
    >
      {(isListed ? choices : [...choices, [value, visible(value).slice(0, 60)] as const]).map(([one, words]) => (
        <option key={one} value={one}>
          {words}
        </option>
      ))}
    </select>
  )
}
