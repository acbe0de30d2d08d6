// The rules of a lane as the shipper applies them. In: the facts of a lane, read from a file that may be old or damaged. Out: rules
// that are whole; what is missing or odd is closed, never taken from whoever delivers. Pure, worker thread.
import type { LaneInfo, LaneRules, SpanCounts } from '../frame.ts'

const MIB = 1024 * 1024
/** A planted list of a million names is none. */
const MAX_NAMES = 1000

/** Of a lane that says nothing: what it holds was allowed to touch the disk, and nothing more is known. */
const CLOSED: LaneRules = {
  captureContent: true,
  otlpContent: false,
  redact: [],
  maxBodyBytes: MIB,
  sampleRate: 1,
  resource: [],
  valueLengthLimit: null,
}

/** Reads the rules of a lane. */
export function rulesOf({ rules }: Pick<LaneInfo, 'rules'>): LaneRules {
  const given: { readonly [key: string]: unknown } = typeof rules === 'object' && rules !== null ? { ...rules } : {}
  const isRedactRead = given.redact === undefined || isTexts(given.redact)
  return {
    // Rules that are there but cannot be read: nothing private.
    captureContent:
      given.captureContent === undefined ? rules === undefined : given.captureContent === true && isRedactRead,
    otlpContent: given.otlpContent === true,
    redact: isTexts(given.redact) ? given.redact : CLOSED.redact,
    ...(isTexts(given.secretNames) ? { secretNames: given.secretNames.slice(0, MAX_NAMES) } : {}),
    maxBodyBytes: isCount(given.maxBodyBytes) ? given.maxBodyBytes : CLOSED.maxBodyBytes,
    sampleRate: typeof given.sampleRate === 'number' ? given.sampleRate : CLOSED.sampleRate,
    resource: isPairs(given.resource) ? given.resource : CLOSED.resource,
    valueLengthLimit: isCount(given.valueLengthLimit) ? given.valueLengthLimit : CLOSED.valueLengthLimit,
    ...(typeof given.counts === 'object' && given.counts !== null ? { counts: countsOf(given.counts) } : {}),
  }
}

function countsOf(given: object): SpanCounts {
  return Object.fromEntries(Object.entries(given).filter(([, count]) => isCount(count)))
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isPairs(value: unknown): value is LaneRules['resource'] {
  return Array.isArray(value) && value.every((one) => isTexts(one) && one.length === 2)
}
