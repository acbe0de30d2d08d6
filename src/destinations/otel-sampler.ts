// Which calls become spans of an OpenTelemetry backend: OTEL_TRACES_SAMPLER, or the choice of NEATLOGS_UNSAMPLED. In: an environment. Out: the
// rule that lies in the lane. Pure, main thread; decode applies it. https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
import type { OtelSampling } from '../frame.ts'
import type { Environment, Options } from '../options/options.ts'

export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/**
 * Null: every call is sent, and one whose parent is not sampled starts a trace of its own that links to it. Else the flag of the parent
 * and the sampler decide, as OpenTelemetry's SDK would: chosen by `NEATLOGS_UNSAMPLED=follow`, or by a sampler that is set.
 */
export function readSampling(options: Pick<Options, 'unsampled'>, env: Environment): OtelSampling | null {
  const text = env.OTEL_TRACES_SAMPLER?.trim().toLowerCase()
  const named = SAMPLERS.find((one) => one === text)
  if ((options.unsampled ?? (named === undefined ? 'link' : 'follow')) === 'link') return null
  const name = named ?? 'parentbased_always_on'
  const root = name.replace('parentbased_', '')
  return { isParentBased: name !== root, ratio: root === 'always_off' ? 0 : root === 'always_on' ? 1 : ratioOf(env) }
}

function ratioOf(env: Environment): number {
  const text = env.OTEL_TRACES_SAMPLER_ARG?.trim()
  const ratio = text ? Number(text) : 1
  return ratio >= 0 && ratio <= 1 ? ratio : 1
}
