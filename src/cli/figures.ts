// Numbers for people. In: figures, null for unknown. Out: short words. Pure.

export const UNKNOWN = '–'

/** `664 ms`, `12.3 s`, `4.1 min`. */
export function showMs(ms: number | null): string {
  if (ms === null) return UNKNOWN
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  return ms < 99_950 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`
}

/** `$12.34`, `$0.0123`, `$0.000003`. */
export function showUsd(usd: number | null): string {
  if (usd === null) return UNKNOWN
  if (usd === 0) return '$0'
  if (usd < 0.000_001) return '<$0.000001'
  if (usd >= 0.995) return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  return `$${usd.toFixed(usd < 0.01 ? 6 : 4)}`
}

/** `1,234,567`, `12.3M`. */
export function showCount(count: number | null): string {
  if (count === null) return UNKNOWN
  return count < 1e7 ? count.toLocaleString('en-US') : `${(count / 1e6).toFixed(1)}M`
}

/** `12 %`, `0.3 %`. */
export function showShare(share: number): string {
  const percent = share * 100
  return `${percent > 0 && percent < 0.95 ? percent.toFixed(1) : Math.round(percent)} %`
}

/** `1 call`, `2 calls`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}
