// The address bar. In: path and query. Out: which page, and the filter, which every page carries along. Pure.

export type Route =
  | { readonly page: 'list' | 'overview' }
  | { readonly page: PageOfOne; readonly id: string }
  | { readonly page: 'compare'; readonly id: string; readonly other: string }

/** `thread`: the calls of a trace as one conversation. */
type PageOfOne = 'call' | 'trace' | 'session' | 'conversation' | 'thread'

const PAGES_OF_ONE: readonly PageOfOne[] = ['call', 'trace', 'session', 'conversation', 'thread']

/** Everything the address holds. `filter` has only the filter's parameters. */
export interface Place {
  readonly route: Route
  readonly filter: URLSearchParams
}

export const FILTER_NAMES = [
  'q',
  'status',
  'model',
  'operation',
  'service',
  'tag',
  'trace',
  'since',
  'from',
  'to',
  'user',
  'error',
  'meta',
  'conversation',
  'min_cost',
  'min_latency',
  'sort',
  'order',
  'with',
] as const
/** These choose an order, or a call to compare with: they leave no call out. */
const NO_FILTERS: ReadonlySet<string> = new Set(['sort', 'order', 'with'])
export type FilterName = (typeof FILTER_NAMES)[number]

/** Reads an address; unknown paths are the list. */
export function parsePlace(pathname: string, search: string): Place {
  return { route: parseRoute(pathname), filter: cleanFilter(new URLSearchParams(search)) }
}

function parseRoute(pathname: string): Route {
  const [, page, id, other] = pathname.split('/')
  if (page === 'overview') return { page }
  const one = PAGES_OF_ONE.find((name) => name === page)
  if (one !== undefined && id) return { page: one, id: decode(id) }
  if (page === 'compare' && id && other) return { page, id: decode(id), other: decode(other) }
  return { page: 'list' }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // typed by hand: not an id of ours
  }
}

function cleanFilter(params: URLSearchParams): URLSearchParams {
  const filter = new URLSearchParams()
  for (const name of FILTER_NAMES) for (const value of params.getAll(name)) if (value !== '') filter.append(name, value)
  return filter
}

/** The address of a page under a filter. */
export function hrefOf(route: Route, filter: URLSearchParams): string {
  const path = pathOf(route)
  const query = cleanFilter(filter).toString()
  return query === '' ? path : `${path}?${query}`
}

function pathOf(route: Route): string {
  if (route.page === 'list') return '/'
  const ids = 'other' in route ? [route.id, route.other] : 'id' in route ? [route.id] : []
  return `/${[route.page, ...ids.map(encodeURIComponent)].join('/')}`
}

/** Whether it leaves calls out. */
export function isFiltering(filter: URLSearchParams): boolean {
  return [...filter.keys()].some((name) => !NO_FILTERS.has(name))
}

/** The address of the list with this filter alone, e.g. of one user's calls. */
export function listOf(name: FilterName, value: string): string {
  return hrefOf({ page: 'list' }, new URLSearchParams([[name, value]]))
}

/** The filter with one name set to these values; none removes it. */
export function withFilter(filter: URLSearchParams, name: FilterName, values: readonly string[]): URLSearchParams {
  const changed = new URLSearchParams(filter)
  changed.delete(name)
  for (const value of values) if (value !== '') changed.append(name, value)
  return cleanFilter(changed)
}
