// Deliver: the limits of the OpenTelemetry specification on one span: characters of a value, number of attributes, events and links. In: a
// span, limits. Out: the span within them, with what was left out counted. Pure, worker thread.
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#span-limits
import type { SpanCounts } from '../frame.ts'
import type { Attribute, Span, SpanLink } from './otlp-model.ts'

/** Keeps a span within its limits; what was added first stays, as in OpenTelemetry's own SDKs. */
export function limitSpan(span: Span, maxChars: number | null, counts: SpanCounts = {}): Span {
  const events = span.events.slice(0, counts.events)
  const links = span.links?.slice(0, counts.links)
  return {
    ...span,
    ...limitAttributes(span.attributes, maxChars, counts.attributes),
    events: events.map((event) => ({
      ...event,
      ...limitAttributes(event.attributes, maxChars, counts.eventAttributes),
    })),
    ...counted('droppedEventsCount', span.events.length - events.length),
    ...(links === undefined ? {} : { links: links.map((link) => limitLink(link, maxChars, counts)) }),
    ...counted('droppedLinksCount', (span.links?.length ?? 0) - (links?.length ?? 0)),
    status: limitStatus(span.status, maxChars),
  }
}

function limitLink(link: SpanLink, maxChars: number | null, { linkAttributes }: SpanCounts): SpanLink {
  return { ...link, ...limitAttributes(link.attributes, maxChars, linkAttributes) }
}

/** The text of a status quotes what an attribute may not. */
function limitStatus(status: Span['status'], maxChars: number | null): Span['status'] {
  if (status.message === undefined || maxChars === null) return status
  return { ...status, message: cut(status.message, maxChars) }
}

function limitAttributes(
  attributes: readonly Attribute[],
  maxChars: number | null,
  maxCount: number | undefined,
): Pick<Span, 'attributes' | 'droppedAttributesCount'> {
  const kept = maxCount === undefined ? attributes : attributes.slice(0, maxCount)
  const limited = maxChars === null ? kept : kept.map((attribute) => limitValue(attribute, maxChars))
  return { attributes: limited, ...counted('droppedAttributesCount', attributes.length - kept.length) }
}

function counted<Name extends string>(name: Name, count: number): { readonly [key in Name]?: number } {
  return (count > 0 ? { [name]: count } : {}) as { readonly [key in Name]?: number }
}

/** Cuts a text to the limit of the specification, by code points: half of a surrogate pair would be no text. */
function limitValue(attribute: Attribute, limit: number): Attribute {
  const { key, value } = attribute
  if ('stringValue' in value) return { key, value: { stringValue: cut(value.stringValue, limit) } }
  if (!('arrayValue' in value)) return attribute
  const values = value.arrayValue.values.map((entry) => limitValue({ key, value: entry }, limit).value)
  return { key, value: { arrayValue: { values } } }
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const isSplitPair = /[\ud800-\udbff]/.test(text.charAt(limit - 1))
  return text.slice(0, isSplitPair ? limit - 1 : limit)
}
