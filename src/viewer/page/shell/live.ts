// What the server says has changed. In: its event stream. Out: the last change event, and whether we are connected.
// Not an EventSource: that cannot send the key in a header.
import type { Change } from '../../api.ts'
import { keyHeaders } from './key.ts'
import { makeStore } from './store.ts'

const RETRY_MS = 1000

export interface Live {
  readonly change: Change | null
  readonly isConnected: boolean
}

const live = makeStore<Live>({ change: null, isConnected: true })

/** Connects, and again whenever the server was away. */
export function startLive(): void {
  void listen()
    .catch(() => {}) // the server is away, or refuses: what the page asks for says why
    .finally(() => {
      live.set({ ...live.get(), isConnected: false })
      setTimeout(startLive, RETRY_MS)
    })
}

async function listen(): Promise<void> {
  const response = await fetch('/api/events', { headers: keyHeaders() })
  if (!response.ok || !response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const events = (rest + part.value).split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) take(event)
  }
}

function take(event: string): void {
  const [name, data] = event.split('\n')
  if (name !== 'event: change' || !data?.startsWith('data: ')) return // a heartbeat
  live.set({ change: JSON.parse(data.slice('data: '.length)) as Change, isConnected: true })
}

export const useLive = live.use
