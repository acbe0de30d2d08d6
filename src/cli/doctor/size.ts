// Doctor: bytes and times as a person reads them. Pure.

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

/** `1536` → `1.5 KiB`. */
export function sizeText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`
}

/** `90_000` → `2 minutes`. */
export function ageText(ms: number): string {
  const steps: readonly (readonly [number, string])[] = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1000, 'second'],
  ]
  const [size, name] = steps.find(([step]) => ms >= step) ?? [1000, 'second']
  return countText(Math.max(0, Math.round(ms / size)), name)
}

/** `1, 'call'` → `1 call`; `1200, 'call'` → `1,200 calls`. */
export function countText(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}
