// Metrics: delivered calls counted and timed, sent to `/v1/metrics` by HTTP or gRPC. Worker thread. In: records as they are delivered. Out:
// histograms at intervals. A backend that takes no metrics is left alone after one answer, and its spans are not touched by it.

import type { LaneRules } from '../frame.ts'
import { type Environment, readRows } from '../options/options.ts'
import type { CallRecord } from '../record.ts'
import type { Meter, MeterOutcome, Noted } from './meter.ts'
import { factsOf } from './metric-facts.ts'
import { CUMULATIVE, DELTA, type MetricsRequest } from './metric-model.ts'
import { type ExemplarFilter, openStore } from './metric-store.ts'
import { readSignal } from './otel-env.ts'
import { OTEL_TABLE } from './otel-table.ts'
import { openOtlpClient } from './otlp-client.ts'
import { encodeMetrics } from './otlp-metrics.ts'
import { signalVariable } from './otlp-target.ts'
import { outcomeOfFailure, withoutSecrets } from './outcome.ts'
import { resourceAttributes } from './spans.ts'
import { kindOfAnswer, partialOf } from './success-answer.ts'

const NS_PER_MS = 1_000_000n

/** Opens the metrics of a backend; null where none are wanted or no address is set or implied. */
export function openMeter(env: Environment): Meter | null {
  if (!isWanted(env)) return null
  const { values, warnings: all } = readRows(OTEL_TABLE, env)
  const warnings = all.filter((warning) => /^OTEL_(EXPORTER_OTLP_METRICS|METRICS?)_/.test(warning))
  const settings = readSignal(env, 'METRICS', values, [])
  const client = openOtlpClient(settings, env)
  const secrets = Object.values(settings.headers)
  const isJson = settings.protocol === 'http/json'
  const temporality = values.METRICS_TEMPORALITY === 'cumulative' ? CUMULATIVE : DELTA
  const store = openStore(temporality, values.METRICS_EXEMPLARS as ExemplarFilter)
  const post = async (request: MetricsRequest): Promise<MeterOutcome> => {
    const body = isJson ? Buffer.from(JSON.stringify(request)) : encodeMetrics(request)
    const result = await client.post(body, isJson ? 'application/json' : 'application/x-protobuf')
    const failure = outcomeOfFailure(result, secrets)
    if (result.kind === 'failure') return { kind: result.isPermanent ? 'off' : 'kept', reason: result.reason }
    const reason = failure === null ? '' : 'reason' in failure ? failure.reason : `HTTP ${result.status}`
    if (failure === null) {
      const kind = kindOfAnswer(result.body, true)
      // A page of a web server or a sign-in: nobody counts there.
      if (kind === 'page') return { kind: 'off', reason: 'the answer is not one of this protocol' }
      if (kind === 'failure') return { kind: 'kept', reason: 'the answer says that it failed' }
      return { kind: 'taken', reason: withoutSecrets(partialOf(result.body)?.errorMessage ?? '', secrets) }
    }
    return { kind: isRefusal(result.status) ? 'off' : 'kept', reason: withoutSecrets(reason, secrets) }
  }
  return {
    intervalMs: values.METRICS_INTERVAL as number,
    isRepeated: temporality === CUMULATIVE,
    isAsked: signalVariable({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: '' }, 'METRICS', 'ENDPOINT') !== null,
    address: `${settings.url.origin}${settings.url.pathname}`,
    warnings: [...warnings, ...client.warnings],
    note: noteOf,
    add: ({ resource, facts }) => {
      for (const one of facts) store.add(resource, one, nowNs())
    },
    get hasNews() {
      return store.hasNews
    },
    async send() {
      const taken = store.take(nowNs())
      if (taken === null) return { kind: 'taken', reason: '' }
      const outcome = await post(taken.request)
      if (outcome.kind === 'kept') taken.undo()
      return outcome
    },
    close: () => client.close(),
  }
}

function nowNs(): bigint {
  return BigInt(Date.now()) * NS_PER_MS
}

/** Nobody takes metrics there: not this path, not this method, not this form. A key or an outage may be mended. */
function isRefusal(status: number): boolean {
  return [400, 404, 405, 410, 415, 422, 501].includes(status) || (status >= 300 && status < 400)
}

/** The metrics of the records of one lane. */
function noteOf(records: readonly CallRecord[], labels: LaneRules['resource']): Noted[] {
  const groups = new Map<string, { resource: Noted['resource']; facts: Noted['facts'][number][] }>()
  for (const record of records) {
    const facts = factsOf(record)
    if (facts === null) continue
    const key = JSON.stringify([record.service, record.hostname, record.pid, record.node])
    const group = groups.get(key) ?? { resource: resourceAttributes(record, labels), facts: [] }
    groups.set(key, group)
    group.facts.push(facts)
  }
  return [...groups.values()]
}

function isWanted(env: Environment): boolean {
  const exporters = (env.OTEL_METRICS_EXPORTER ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (exporters.length > 0) return exporters.includes('otlp')
  const isSet = signalVariable(env, 'METRICS', 'ENDPOINT') !== null
  return isSet || signalVariable(env, 'TRACES', 'ENDPOINT') === null
}
