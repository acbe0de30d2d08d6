// A value that changes often, at most once an interval; its last state always arrives. In: the value. Out: the slowed one.
import { useEffect, useState } from 'preact/hooks'

export function useSlow<T>(value: T, intervalMs: number): T {
  const [slow, setSlow] = useState({ value, atMs: Date.now() })
  useEffect(() => {
    if (value === slow.value) return
    const waitMs = Math.max(0, slow.atMs + intervalMs - Date.now())
    const timer = setTimeout(() => setSlow({ value, atMs: Date.now() }), waitMs)
    return () => clearTimeout(timer)
  }, [value, slow])
  return slow.value
}
