// Numbers and times as people read them. In: the API's values, null for unknown. Out: short texts. Pure.

const NONE = '–'
const MINUTE_MS = 60_000

/** 0.4 ms, 412 ms, 1.24 s, 2 m 05 s. */
export function formatMs(ms: number | null): string {
  if (ms === null) return NONE
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 9995) return `${(ms / 1000).toFixed(2)} s`
  if (ms < MINUTE_MS) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`
}

/** Groups of three with a thin space would need a font that has it: the browser's own grouping. */
export function formatCount(count: number | null): string {
  return count === null ? NONE : count.toLocaleString('en-US')
}

/** 950, 12.4k, 3.1M. */
export function formatShort(count: number | null): string {
  if (count === null) return NONE
  if (Math.abs(count) < 10_000) return formatCount(Math.round(count * 100) / 100)
  if (Math.abs(count) < 999_500) return `${trimZero((count / 1e3).toFixed(1))}k`
  if (Math.abs(count) < 999_500_000) return `${trimZero((count / 1e6).toFixed(1))}M`
  return `${trimZero((count / 1e9).toFixed(1))}B`
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '')
}

/** US dollars: four digits below one cent's hundredfold, two above. */
export function formatCost(usd: number | null): string {
  if (usd === null) return NONE
  if (usd === 0) return '$0'
  if (usd < 0.0001) return '<$0.0001'
  return usd < 1
    ? `$${usd.toFixed(4)}`
    : `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}

/** 1.2 %, 0 %. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return NONE
  const percent = (part / whole) * 100
  return `${percent === 0 || percent >= 10 ? Math.round(percent) : percent.toFixed(1)} %`
}

/** 14:02:11, in the reader's time zone. */
export function formatClock(ms: number): string {
  return isDate(ms) ? new Date(ms).toLocaleTimeString('en-GB') : NONE
}

/** 22 Nov, with the year when it is another one; `today` stays empty. */
export function formatDay(ms: number, nowMs: number): string {
  if (!isDate(ms)) return ''
  const day = new Date(ms)
  const now = new Date(nowMs)
  if (day.toDateString() === now.toDateString()) return ''
  const year = day.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  return day.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year })
}

/** Sat, 22 Nov 2026, 14:02:11.245 */
export function formatMoment(ms: number): string {
  if (!isDate(ms)) return NONE
  const date = new Date(ms)
  const day = date.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
  return `${day}, ${formatClock(ms)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** For <time datetime>; undefined for what is not a date. */
export function isoTime(ms: number): string | undefined {
  return isDate(ms) ? new Date(ms).toISOString() : undefined
}

function isDate(ms: number): boolean {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15
}
