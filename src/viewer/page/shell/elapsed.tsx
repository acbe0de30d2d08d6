// Time since a call in flight began, counting. In: its begin. Out: text that changes with the second.
import { useEffect, useState } from 'preact/hooks'
import { formatMs } from './format.ts'

const TICK_MS = 500

export function Elapsed({ startedMs }: { startedMs: number }) {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return <span class="elapsed">{formatMs(Math.max(0, Math.floor((now - startedMs) / 1000) * 1000) || 0)}</span>
}
