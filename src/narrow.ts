// Reading values of unknown shape: records are JSON from other processes and from models, so nothing is taken on trust.
// In: unknown. Out: a string, number, list or object, or the stated absence. Pure.

/** A JSON object with unknown values. */
export type Bag = { readonly [key: string]: unknown }

/** Gives the value as an object, or an empty one. */
export function bag(value: unknown): Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {}
}

/** Gives the value as a list, or an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Gives the value when it is a string, else null. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** Gives the value when it is a finite number, else null. */
export function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** Epoch nanoseconds as a decimal string → epoch milliseconds, fractional; null when it is not such a string. */
export function msOfNs(value: unknown): number | null {
  if (typeof value !== 'string' || !/^\d{7,20}$/.test(value)) return null
  return Number(value.slice(0, -6)) + Number(value.slice(-6)) / 1e6
}
