// Live updates by server-sent events. In: "something changed". Out: at most four change events a second to every open page.
import type { ServerResponse } from 'node:http'
import type { Change } from './api.ts'

const MIN_INTERVAL_MS = 250
/** Longer silence makes some browsers and proxies close the connection. */
const HEARTBEAT_MS = 15_000

export interface Events {
  readonly clients: Set<ServerResponse>
  readonly state: () => Change
  readonly heartbeat: NodeJS.Timeout
  timer: NodeJS.Timeout | null
  lastSentMs: number
}

export function makeEvents(state: () => Change): Events {
  const clients = new Set<ServerResponse>()
  const beat = () => {
    for (const client of clients) client.write(':\n\n')
  }
  return { clients, state, heartbeat: setInterval(beat, HEARTBEAT_MS).unref(), timer: null, lastSentMs: 0 }
}

/** Keeps the answer open and sends the present state at once. */
export function addClient(events: Events, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
  response.write(`retry: 1000\n\n${eventText(events)}`)
  events.clients.add(response)
  response.on('close', () => events.clients.delete(response))
}

/** Tells the pages, now or when the interval is over. */
export function announce(events: Events): void {
  if (events.timer !== null) return
  const waitMs = Math.max(0, events.lastSentMs + MIN_INTERVAL_MS - Date.now())
  events.timer = setTimeout(() => {
    events.timer = null
    events.lastSentMs = Date.now()
    const text = eventText(events)
    for (const client of events.clients) client.write(text)
  }, waitMs).unref()
}

function eventText(events: Events): string {
  return `event: change\ndata: ${JSON.stringify(events.state())}\n\n`
}

export function closeEvents(events: Events): void {
  clearInterval(events.heartbeat)
  if (events.timer !== null) clearTimeout(events.timer)
  for (const client of events.clients) client.end()
}
