// Doctor, metrics: whether the backend counts calls, by those of the test record. In: a destination. Out: a finding, or none.
import type { Destination } from '../../destinations/destination.ts'
import { signalVariable } from '../../destinations/otlp-target.ts'
import type { Environment } from '../../options/options.ts'
import type { CallRecord } from '../../record.ts'
import { type Finding, say } from './finding.ts'
import { inTime } from './patience.ts'

/** Sends one measurement to a destination that wants them. */
export async function checkMetrics(
  { name, meter }: Destination,
  record: CallRecord,
  env: Environment,
): Promise<Finding[]> {
  if (!meter) return []
  for (const noted of meter.note([record], [])) meter.add(noted)
  const { kind, reason } = await inTime(meter.send(), (late) => ({ kind: 'kept', reason: late }))
  const facts = { name, address: meter.address, reason }
  if (kind === 'taken') return [say('METRICS_TAKEN', facts)]
  if (kind === 'off' && !meter.isAsked) return [say('METRICS_NONE', facts)]
  const setting = signalVariable(env, 'METRICS', 'ENDPOINT') ?? 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'
  return [say('METRICS_NOT_TAKEN', { ...facts, setting })]
}
