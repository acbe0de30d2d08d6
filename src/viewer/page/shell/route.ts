// The address bar. In: path and query. Out: which page, and the filter, which every page carries along. Pure.

export type Route =
  | { readonly page: 'list' | 'overview' }
  | { readonly page: 'call' | 'trace' | 'session'; readonly id: string }

/** Everything the address holds. `filter` has only the filter's parameters. */
export interface Place {
  readonly route: Route
  readonly filter: URLSearchParams
}

export const FILTER_NAMES = ['q', 'status', 'model', 'operation', 'service', 'tag', 'trace', 'since'] as const
export type FilterName = (typeof FILTER_NAMES)[number]

/** Reads an address; unknown paths are the list. */
export function parsePlace(pathname: string, search: string): Place {
  return { route: parseRoute(pathname), filter: cleanFilter(new URLSearchParams(search)) }
}

function parseRoute(pathname: string): Route {
  const [, page, id] = pathname.split('/')
  if (page === 'overview') return { page }
  if ((page === 'call' || page === 'trace' || page === 'session') && id) return { page, id: decode(id) }
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
  const path =
    'id' in route ? `/${route.page}/${encodeURIComponent(route.id)}` : route.page === 'list' ? '/' : `/${route.page}`
  const query = cleanFilter(filter).toString()
  return query === '' ? path : `${path}?${query}`
}

/** The filter with one name set to these values; none removes it. */
export function withFilter(filter: URLSearchParams, name: FilterName, values: readonly string[]): URLSearchParams {
  const changed = new URLSearchParams(filter)
  changed.delete(name)
  for (const value of values) if (value !== '') changed.append(name, value)
  return cleanFilter(changed)
}
