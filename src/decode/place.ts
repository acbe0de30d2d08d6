// Where a call went: host, port and path of its URL. In: the URL as the main thread cut it. Out: its parts, null where unknown. Worker thread.

const SECURE: ReadonlySet<string> = new Set(['https:', 'wss:'])
const PLAIN: ReadonlySet<string> = new Set(['http:', 'ws:'])

export interface Place {
  readonly address: string | null
  readonly port: number | null
  readonly path: string | null
}

/** A program's calls go to a few URLs; one that names an id in each is not remembered for ever. */
const MAX_KNOWN = 200
const known = new Map<string, Place>()

/** Reads a URL; the port is that of its protocol when it names none. A path alone is a path alone. */
export function placeOf(url: string): Place {
  let place = known.get(url)
  if (place === undefined) {
    place = readPlace(url)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(url, place)
  }
  return place
}

function readPlace(url: string): Place {
  if (!URL.canParse(url)) return { address: null, port: null, path: url === '' ? null : (url.split(/[?#]/)[0] ?? null) }
  const { hostname, port, protocol, pathname } = new URL(url)
  const byProtocol = SECURE.has(protocol) ? 443 : PLAIN.has(protocol) ? 80 : null
  return { address: hostname === '' ? null : hostname, port: port === '' ? byProtocol : Number(port), path: pathname }
}
