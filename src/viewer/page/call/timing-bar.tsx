// The call's time as one bar: before the request, failed attempts, first token, stream. In: a record. Out: bar and legend.
import { formatMs } from '../shell/format.ts'
import { SPAN_WORDS, type Span, spansOf } from './timing.ts'

export function TimingBar({ record }: { record: unknown }) {
  const spans = spansOf(record)
  const total = spans.at(-1)?.toMs
  if (total === undefined) return null
  return (
    <section class="timing" aria-label="Timing">
      <div class="timing-bar" aria-hidden="true">
        {spans.map((span) => (
          <span key={span.kind} class={`span span-${span.kind}`} style={{ flexGrow: share(span, total) }} />
        ))}
      </div>
      <ul class="timing-legend">
        {spans.map((span) => (
          <li key={span.kind}>
            <span class={`swatch span-${span.kind}`} aria-hidden="true" />
            {SPAN_WORDS[span.kind]} <b>{formatMs(span.toMs - span.fromMs)}</b>
          </li>
        ))}
        <li class="timing-total">
          Total <b>{formatMs(total)}</b>
        </li>
      </ul>
    </section>
  )
}

/** A span's part of the bar; short ones stay visible by a least width in the style. */
function share(span: Span, total: number): number {
  return (span.toMs - span.fromMs) / total
}
