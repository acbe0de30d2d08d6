// Moves between pages without loading the document again. In: clicks on links, keys, back and forward. Out: the place.
import { type Place, parsePlace } from './route.ts'
import { makeStore } from './store.ts'

const place = makeStore(readPlace())

function readPlace(): Place {
  return parsePlace(location.pathname, location.search)
}

/** Starts to follow the address bar, and drops the token from it: the key is kept from here on. */
export function startNavigation(): void {
  addEventListener('popstate', () => place.set(readPlace()))
  addEventListener('click', followLink)
  const params = new URLSearchParams(location.search)
  if (!params.has('token')) return
  params.delete('token')
  const query = params.toString()
  history.replaceState(null, '', location.pathname + (query === '' ? '' : `?${query}`))
}

/** Goes to an address of the app; `replace` leaves no entry in the history (typing in the search field). */
export function goTo(href: string, replace = false): void {
  if (replace) history.replaceState(null, '', href)
  else history.pushState(null, '', href)
  place.set(readPlace())
}

function followLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (!link || !isPlain || event.defaultPrevented || link.target !== '' || link.origin !== location.origin) return
  if (link.hash !== '') return
  event.preventDefault()
  goTo(link.pathname + link.search)
}

export const usePlace = place.use
export const currentPlace = place.get
