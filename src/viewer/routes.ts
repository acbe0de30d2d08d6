// One request → one answer. In: a request that may be hostile. Out: a page file, JSON, the event stream or a refusal.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerCall, answerList, answerOverview, answerTrace, type Sources } from './answers.ts'
import { type Downloads, sendDownload } from './download.ts'
import { addClient, type Events } from './events.ts'
import { answerFacets } from './facets.ts'
import { type Guard, type Refusal, refuse, SECURITY_HEADERS } from './guard.ts'
import { answerSession, sessionKind } from './session.ts'
import { findPageFile, type PageFiles } from './static.ts'
import { issueTicket, type Tickets, takeTicket } from './tickets.ts'

export interface Site {
  readonly guard: Guard
  readonly tickets: Tickets
  readonly downloads: Downloads
  readonly page: PageFiles
  readonly sources: Sources
  readonly events: Events
  /** Called when a page begins to listen. */
  readonly onListen: () => void
  /** Called when the browser that we started has arrived. */
  readonly onArrival: () => void
}

/** Answers a request. Never throws: what fails inside becomes a 500 without detail. */
export async function route(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
  try {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const refusal = refuse(site.guard, request, url)
    if (isDownload(site, refusal, url)) await sendDownload(site.sources, site.downloads, url.searchParams, response)
    else if (isArrival(site, refusal, url)) sendJson(response, { key: site.guard.key })
    else if (refusal) sendText(response, refusal.status, refusal.message)
    else if (url.pathname.startsWith('/api/')) await answerApi(site, url, response)
    else sendPage(site, url, response)
  } catch {
    if (response.headersSent) response.destroy()
    else sendText(response, 500, 'The viewer could not answer this.')
  }
}

/** `GET /api/key?token=<ticket>`: the browser that we started exchanges its one-time token for the key. */
function isArrival(site: Site, refusal: Refusal | null, url: URL): boolean {
  if (url.pathname !== '/api/key' || (refusal !== null && refusal.status !== 401)) return false
  if (refusal === null) return true // with the key in hand
  if (!takeTicket(site.tickets, url.searchParams.get('token'), 'key')) return false
  site.onArrival()
  return true
}

/** A download is a link, which sends no header: it carries a ticket that the page has asked for. */
function isDownload(site: Site, refusal: Refusal | null, url: URL): boolean {
  if (url.pathname !== '/api/export' || (refusal !== null && refusal.status !== 401)) return false
  return takeTicket(site.tickets, url.searchParams.get('token'), 'download')
}

async function answerApi(site: Site, url: URL, response: ServerResponse): Promise<void> {
  if (url.pathname === '/api/events') {
    addClient(site.events, response)
    site.onListen()
  } else if (url.pathname === '/api/call') {
    sendCall(response, await answerCall(site.sources, url.searchParams.get('id') ?? ''))
  } else if (url.pathname === '/api/session') {
    const { searchParams } = url
    sendJson(
      response,
      await answerSession(site.sources, sessionKind(searchParams.get('by')), searchParams.get('id') ?? ''),
    )
  } else if (url.pathname === '/api/ticket') {
    sendJson(response, { ticket: issueTicket(site.tickets, 'download') })
  } else if (url.pathname === '/api/download') {
    sendJson(response, site.downloads.get(url.searchParams.get('id') ?? '') ?? null)
  } else sendJson(response, await answerFromTable(site.sources, url))
}

/** Null: no such address, call or trace. */
async function answerFromTable(sources: Sources, { pathname, searchParams }: URL): Promise<object | null> {
  if (pathname === '/api/calls') return answerList(sources, searchParams)
  if (pathname === '/api/trace') return answerTrace(sources, searchParams.get('id') ?? '')
  if (pathname === '/api/overview') return answerOverview(sources, searchParams)
  return pathname === '/api/facets' ? answerFacets(sources.table) : null
}

function sendCall(response: ServerResponse, call: Awaited<ReturnType<typeof answerCall>>): void {
  if (call === null) {
    sendJson(response, null)
    return
  }
  // The record is sent as it lies in the file: it is JSON already, and may be megabytes.
  const head = JSON.stringify(call.answer).slice(0, -1)
  sendBody(response, Buffer.concat([Buffer.from(`${head},"record":`), Buffer.from(call.json), Buffer.from('}')]))
}

function sendJson(response: ServerResponse, value: object | null): void {
  if (value === null) sendText(response, 404, 'This is not here (any more).')
  else sendBody(response, JSON.stringify(value))
}

function sendBody(response: ServerResponse, body: string | Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(body)
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${text}\n`)
}

function sendPage(site: Site, url: URL, response: ServerResponse): void {
  const file = findPageFile(site.page, url.pathname)
  if (!file) {
    sendText(response, 404, 'There is nothing here.')
    return
  }
  response.writeHead(200, {
    'content-type': file.type,
    'cache-control': file.isImmutable ? 'private, max-age=31536000, immutable' : 'no-store',
  })
  response.end(file.body)
}
