// `neatlogs view`: a page on 127.0.0.1 over the record files of one folder. In: the folder and a port. Out: its address.
// Reads only. Runs in the process of the command line, beside none of the user's code.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { NeatlogsError } from '../errors.ts'
import { changeOf, type Sources } from './answers.ts'
import { announce, closeEvents, makeEvents } from './events.ts'
import { type Files, makeFiles } from './files.ts'
import { type ReadFrames, readFrames } from './frames.ts'
import { keepIndex, takeIndex } from './kept-index.ts'
import { makeLanes } from './lanes.ts'
import { openBrowser } from './open.ts'
import { route, type Site } from './routes.ts'
import { makeSearches } from './search.ts'
import { loadPage } from './static.ts'
import { makeTable, type Table } from './table.ts'
import { issueTicket, makeTickets, randomText } from './tickets.ts'
import { closeWatch, look, makeWatch, type Watch } from './watch.ts'

export const DEFAULT_PORT = 4949
const HOST = '127.0.0.1'
/** Calls in the table before the first answer: more than a screen. */
const FIRST_CALLS = 200

export interface ViewerOptions {
  /** The folder that holds `records/` and `lanes/` (`NEATLOGS_DIR`). It need not exist yet. */
  readonly dir: string
  /** Default 4949; 0 takes any free port. */
  readonly port?: number
  /**
   * Host names that the page may be asked for by, beside 127.0.0.1 and localhost. When there are any, the viewer listens on
   * every interface and not on 127.0.0.1 alone: for containers. Default none.
   */
  readonly hosts?: readonly string[]
  /** Opens the user's browser; default false. */
  readonly open?: boolean
  /** Where the built page lies; default beside this file. */
  readonly pageDir?: string
  /** Reads frames out of a segment; default the viewer's own reader. */
  readonly readFrames?: ReadFrames
}

export interface Viewer {
  /** With the token that lets a browser in, e.g. `http://127.0.0.1:4949/?token=…`. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts the viewer. Resolves when the page can be opened; older records are read on in the background.
 * Throws `ERR_NEATLOGS_ARGUMENT` when the port is in use or not allowed, `ERR_NEATLOGS_USAGE` when the page is not built.
 */
export async function startViewer(options: ViewerOptions): Promise<Viewer> {
  const page = await loadPage(options.pageDir ?? fileURLToPath(new URL('./page/', import.meta.url)))
  const server = createServer()
  const hosts = (options.hosts ?? []).map((name) => name.toLowerCase())
  const port = await listen(server, options.port ?? DEFAULT_PORT, hosts.length > 0)
  const guard = { key: randomText(), hosts }
  const tickets = makeTickets()
  const { table, files } = await openTable(options.dir)
  const index = keepingOf(options.dir, table, files)
  const lanes = makeLanes(options.dir, table, options.readFrames ?? readFrames)
  const searches = makeSearches(table, files, () => {
    table.version++ // there is more to show, although no call has changed
    announce(events)
  })
  const sources: Sources = { table, files, lanes, searches }
  const events = makeEvents(() => changeOf(sources))
  const watch = makeWatch({
    files,
    lanes,
    onChange: () => announce(events),
    onLoaded: index.keep,
    isWatched: () => events.clients.size > 0,
  })
  let forget = () => {}
  const site: Site = {
    guard,
    tickets,
    downloads: new Map(),
    page,
    sources,
    events,
    onListen: () => void look(watch),
    onArrival: () => forget(),
  }
  const first = loadFirst(watch)
  server.on('request', (request, response) => void first.then(() => route(site, request, response)))
  await first
  const address = `http://${HOST}:${port}/?token=`
  if (options.open) forget = openBrowser(address + issueTicket(tickets, 'key'))
  const close = async () => {
    forget()
    searches.isClosed = true
    closeEvents(events)
    server.closeAllConnections()
    await Promise.all([closeWatch(watch), new Promise((resolve) => server.close(resolve))])
    index.keep()
    await index.ended()
  }
  return { url: address + guard.key, close }
}

interface Opened {
  readonly table: Table
  readonly files: Files
}

/** What the last viewer knew of this folder, or nothing yet. */
async function openTable(dir: string): Promise<Opened> {
  const open = (): Opened => {
    const table = makeTable()
    return { table, files: makeFiles(dir, table) }
  }
  const opened = open()
  const isWhole = await takeIndex(dir, opened.table, opened.files).catch(() => null)
  return isWhole === null ? open() : opened // a damaged index: the records are read
}

/** Keeps the index on disk when there is news, one write at a time. A folder that cannot be written has none. */
function keepingOf(dir: string, table: Table, files: Files) {
  let keptVersion = table.version
  let last: Promise<unknown> = Promise.resolve()
  const write = async () => {
    if (table.version === keptVersion) return
    const { version } = table
    if (await keepIndex(dir, table, files)) keptVersion = version
  }
  return {
    keep: () => {
      last = last.then(write).catch(() => {}) // read-only, full, or another user's folder: the next start reads the records again
    },
    ended: () => last,
  }
}

async function loadFirst(watch: Watch): Promise<void> {
  await look(watch)
  while (watch.loading !== null && watch.files.table.ids.size < FIRST_CALLS) await setImmediate()
}

async function listen(server: Server, port: number, isOpen: boolean): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, exclusive: true, ...(isOpen ? {} : { host: HOST }) }, resolve)
  }).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code ?? error.message})`
    const message = `port ${port} ${reason}; choose another one with --port, or --port 0 for any free one`
    throw new NeatlogsError('ERR_NEATLOGS_ARGUMENT', message, { cause: error })
  })
  return (server.address() as AddressInfo).port
}
