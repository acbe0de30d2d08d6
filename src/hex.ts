// Leaf: ids as hex digits. OpenTelemetry has one that is invalid although its digits are not: all of them zero. Worker.

const ZEROS = /^0+$/

/** The expression is asked about few. */
export function isZero(digits: string): boolean {
  return digits.startsWith('0') && ZEROS.test(digits)
}
