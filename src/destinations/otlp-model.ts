// Deliver: the OTLP trace message as plain data, in the shape of OTLP/JSON. Pure, worker thread; otlp-json.ts and
// protobuf.ts write it. Ids are hex, times and 64-bit integers decimal strings. https://opentelemetry.io/docs/specs/otlp/
import { wordOr } from '../content/words-only.ts'
import { readableText } from '../wire-text.ts'
import type { KeptBytes } from './kept-bytes.ts'

export type AttributeValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly AttributeValue[] } }

export interface Attribute {
  readonly key: string
  readonly value: AttributeValue
}

export interface SpanEvent {
  readonly timeUnixNano: string
  readonly name: string
  readonly attributes: readonly Attribute[]
  readonly droppedAttributesCount?: number
}

/** Another span that this one belongs to without being its child. */
export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
  readonly attributes: readonly Attribute[]
  readonly droppedAttributesCount?: number
}

/** Kinds that we send: `SPAN_KIND_INTERNAL` and `SPAN_KIND_CLIENT`. */
export const KIND_INTERNAL = 1
export const KIND_CLIENT = 3
/** `STATUS_CODE_ERROR`; success stays unset, as the conventions ask. */
export const STATUS_ERROR = 2

export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Attribute[]
  /** More attributes, as fields of a protobuf span. */
  readonly encoded?: Uint8Array
  readonly events: readonly SpanEvent[]
  readonly links?: readonly SpanLink[]
  /** Left out by a limit; absent when nothing was. */
  readonly droppedAttributesCount?: number
  readonly droppedEventsCount?: number
  readonly droppedLinksCount?: number
  readonly status: { readonly code?: number; readonly message?: string }
}

/** Spans that are written already, as the fields of their request that they are. */
export interface WrittenSpan {
  readonly written: KeptBytes
}

export interface ScopeSpans<AnySpan = Span> {
  readonly scope: { readonly name: string; readonly version: string }
  readonly spans: readonly AnySpan[]
  readonly schemaUrl: string
}

export interface ResourceSpans<AnySpan = Span> {
  readonly resource: { readonly attributes: readonly Attribute[] }
  readonly scopeSpans: readonly ScopeSpans<AnySpan>[]
}

/** The body of `POST /v1/traces`. */
export interface TraceRequest<AnySpan = Span> {
  readonly resourceSpans: readonly ResourceSpans<AnySpan>[]
}

/** What an answer of 200 may carry. */
export interface PartialSuccess {
  readonly rejectedSpans: number
  readonly errorMessage: string
}

/** Attributes in the making: each adder drops `null`, so that unknown stays absent. */
export interface AttributeSink {
  string(key: string, value: unknown): void
  bool(key: string, value: unknown): void
  /** Integers only: a request may hold 1.5 where an integer belongs, which the raw body still shows. */
  int(key: string, value: unknown): void
  /** Always a double, also for 0 and 1: a column whose type changes from span to span cannot be queried. */
  double(key: string, value: unknown): void
  strings(key: string, values: readonly string[]): void
}

/** The same as a list. */
export interface AttributeList extends AttributeSink {
  readonly attributes: Attribute[]
}

/**
 * How the attributes of spans are made: as lists, for JSON and for limits, or as bytes at once (attribute-bytes.ts). `add` adds those of a
 * subject. `isWire`: the texts are bytes (wire-text.ts).
 */
export type MakeAttributes = <Subject>(
  add: (sink: AttributeSink, subject: Subject) => void,
  subject: Subject,
  isWire?: boolean,
) => Pick<Span, 'attributes' | 'encoded'>

/** Makes lists, whose texts are texts. */
export const asList: MakeAttributes = (add, subject, isWire = false) => {
  const list = attributeList()
  const read = (text: unknown): unknown => (typeof text === 'string' ? readableText(text) : text)
  const strings = (key: string, values: readonly string[]): void => list.strings(key, values.map(readableText))
  add(isWire ? { ...list, string: (key, value) => list.string(key, read(value)), strings } : list, subject)
  return { attributes: list.attributes }
}

const INT64_LIMIT = 2 ** 63

/** Starts a list of attributes; types go by the adder that the caller chose for a name, never by the value. */
export function attributeList(): AttributeList {
  const attributes: Attribute[] = []
  const add = (key: string, value: AttributeValue): void => {
    attributes.push({ key, value })
  }
  return {
    attributes,
    string: (key, value) => {
      if (typeof value === 'string') add(key, { stringValue: value })
    },
    bool: (key, value) => {
      if (typeof value === 'boolean') add(key, { boolValue: value })
    },
    int: (key, value) => {
      if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) >= INT64_LIMIT) return
      // A number beyond 2^53 prints as 1e21, a BigInt in full.
      add(key, { intValue: Number.isSafeInteger(value) ? String(value + 0) : BigInt(value).toString() })
    },
    double: (key, value) => {
      if (typeof value === 'number' && Number.isFinite(value)) add(key, { doubleValue: value })
    },
    strings: (key, values) => {
      if (values.length > 0) add(key, { arrayValue: { values: values.map((stringValue) => ({ stringValue })) } })
    },
  }
}

/** Adds to a list what is a word of an API: a server, or a request, may hold a sentence where one belongs. */
export function wordsInto(list: AttributeSink): AttributeSink {
  return {
    ...list,
    string: (key, value) => {
      if (typeof value === 'string' && wordOr(value, null) !== null) list.string(key, value)
    },
    strings: (key, values) => {
      list.strings(
        key,
        values.filter((value) => isMark(value) || wordOr(value, null) !== null),
      )
    },
  }
}

/** `\n\nHuman:`, `###`: where an answer is to stop; two words are a text. */
function isMark(value: string): boolean {
  return /^[\s!-~]{1,32}$/.test(value) && !/[a-z]\s+[a-z]/i.test(value)
}
