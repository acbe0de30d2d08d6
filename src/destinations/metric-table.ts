// Metrics: the rows of the OpenTelemetry table that are about metrics alone. Data only.
import type { OptionRow } from '../options/options.ts'

export const METRIC_TABLE: readonly OptionRow<string>[] = [
  {
    key: 'METRICS_ENDPOINT',
    env: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
    kind: 'url',
    exact: true,
    bare: true,
    fallback: null,
    description: 'URL for metrics, used as it is; default: the base with `v1/metrics`.',
  },
  {
    key: 'METRICS_EXPORTER',
    env: 'OTEL_METRICS_EXPORTER',
    kind: 'string',
    fallback: null,
    description:
      '`none`, or a list without `otlp`: no metrics. Default: to where the base or the URL for metrics points; with a URL for traces alone only by `otlp`.',
  },
  {
    key: 'METRICS_INTERVAL',
    env: 'OTEL_METRIC_EXPORT_INTERVAL',
    kind: 'number',
    integer: true,
    min: 1,
    fallback: 60_000,
    description: 'Time between two requests with metrics, in milliseconds.',
  },
  {
    key: 'METRICS_TEMPORALITY',
    env: 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    kind: 'choice',
    choices: ['cumulative', 'delta', 'lowmemory'],
    fallback: 'cumulative',
    description:
      'Histograms count since the program began (`cumulative`) or since the last request (`delta`, `lowmemory`).',
  },
  {
    key: 'METRICS_EXEMPLARS',
    env: 'OTEL_METRICS_EXEMPLAR_FILTER',
    kind: 'choice',
    choices: ['trace_based', 'always_on', 'always_off'],
    fallback: 'trace_based',
    description: 'Which measurements may stand as examples that point to their span.',
  },
]
