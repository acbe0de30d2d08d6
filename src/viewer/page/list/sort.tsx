// The order of the list: heads of columns that sort, and the same as a choice for narrow screens. In: the filter. Out: another address.
import { hrefOf, withFilter } from '../shell/route.ts'

export const ORDERS: readonly (readonly [value: string, words: string])[] = [
  ['', 'Newest first'],
  ['asc', 'Oldest first'],
  ['latency', 'Slowest first'],
  ['latency asc', 'Fastest first'],
  ['tokens', 'Most tokens first'],
  ['tokens asc', 'Fewest tokens first'],
  ['cost', 'Dearest first'],
  ['cost asc', 'Cheapest first'],
]

/** The order that the filter names, as one of the choices. */
export function orderOf(filter: URLSearchParams): string {
  return [filter.get('sort'), filter.get('order') === 'asc' ? 'asc' : null].filter(Boolean).join(' ')
}

export function orderWords(filter: URLSearchParams): string {
  return (ORDERS.find(([value]) => value === orderOf(filter))?.[1] ?? 'Newest first').toLowerCase()
}

export function withOrder(filter: URLSearchParams, value: string): URLSearchParams {
  const words = value.split(' ')
  const sort = words.find((word) => word !== 'asc') ?? ''
  return withFilter(withFilter(filter, 'sort', [sort]), 'order', words.includes('asc') ? ['asc'] : [])
}

export interface SortHeadProps {
  readonly filter: URLSearchParams
  readonly name: string
  readonly words: string
}

/** The first click gives the largest first, the next one turns it. */
export function SortHead({ filter, name, words }: SortHeadProps) {
  const order = orderOf(filter)
  const isCurrent = order.replace(/ ?asc$/, '') === name
  const isAscending = isCurrent && order.endsWith('asc')
  const next = isCurrent && !isAscending ? `${name} asc`.trim() : name
  const title = ORDERS.find(([value]) => value === next)?.[1] ?? ''
  return (
    <a
      class={`sort-head ${name === '' ? '' : 'right'} ${isCurrent ? 'is-sorted' : ''}`}
      href={hrefOf({ page: 'list' }, withOrder(filter, next))}
      title={title}
      aria-label={`${words}: ${title.toLowerCase()}`}
    >
      {words}
      {isCurrent && <span aria-hidden="true">{isAscending ? ' ↑' : ' ↓'}</span>}
    </a>
  )
}
