// What the server says has changed. In: its event stream. Out: the last change event, and whether we are connected.
import type { Change } from '../../api.ts'
import { makeStore } from './store.ts'

export interface Live {
  readonly change: Change | null
  readonly isConnected: boolean
}

const live = makeStore<Live>({ change: null, isConnected: true })

/** Connects; the browser connects again by itself when the server was away. */
export function startLive(): void {
  const source = new EventSource('/api/events')
  source.addEventListener('change', (event) => {
    live.set({ change: JSON.parse((event as MessageEvent<string>).data) as Change, isConnected: true })
  })
  source.addEventListener('error', () => live.set({ ...live.get(), isConnected: false }))
}

export const useLive = live.use
