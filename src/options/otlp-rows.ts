// The rows of the option table about what goes to an OpenTelemetry backend. Leaf: data only.

import type { OptionRow } from './value.ts'

export const OTLP_ROWS: readonly OptionRow[] = [
  {
    key: 'otlpContent',
    env: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    kind: 'boolean',
    words: { span_only: true, span_and_event: true, event_only: false, no_content: false },
    fallback: false,
    description:
      'When true, spans to an OpenTelemetry backend carry prompts and answers too; `NEATLOGS_CAPTURE_CONTENT=true` does the same, `false` wins.',
  },
  {
    key: 'unsampled',
    env: 'NEATLOGS_UNSAMPLED',
    kind: 'choice',
    choices: ['link', 'follow'],
    fallback: null,
    description:
      'Calls under a span of the program that is not sampled, on the way to an OpenTelemetry backend. `link`: sent, in a trace of their own that links to it. `follow`: not sent. Default `follow` where `OTEL_TRACES_SAMPLER` is set, else `link`.',
  },
]
