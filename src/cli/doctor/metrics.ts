// Doctor, metrics: whether the backend counts calls, by those of the test record. In: a destination. Out: a finding, or none.
import type { Destination } from '../../destinations/destination.ts'
import type { Environment } from '../../options/options.ts'
import type { CallRecord } from '../../record.ts'
import { type Finding, say } from './finding.ts'

/** Sends one measurement to a destination that wants them. Where it goes is in `meter`; a person waits `timeoutMs` for it. */
export async function checkMetrics(
  { name, meter }: Destination,
  record: CallRecord,
  env: Environment,
  timeoutMs: number,
): Promise<Finding[]> {
  if (!meter) return []
  for (const noted of meter.note([record], [])) meter.add(noted)
  const late = { kind: 'kept', reason: `no answer within ${timeoutMs} ms` } as const
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, late)
  })
  const { kind, reason } = await Promise.race([meter.send(), tooLate])
  clearTimeout(timer)
  const facts = { name, address: meter.address, reason }
  if (kind === 'taken') return [say('METRICS_TAKEN', facts)]
  if (kind === 'off' && !meter.isAsked) return [say('METRICS_NONE', facts)]
  return [say('METRICS_NOT_TAKEN', { ...facts, setting: settingOf(env) })]
}

function settingOf(env: Environment): string {
  const named = ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'].find((key) => env[key]?.trim())
  return named ?? 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'
}
