import { expect, test } from 'vitest'
import { readSampling } from '../../../src/destinations/otel-sampler.ts'

const LINK = null
const FOLLOW = { isParentBased: true, ratio: 1 }

test.each([
  [null, {}, LINK],
  ['follow', {}, FOLLOW],
  [null, { OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, FOLLOW],
  [null, { OTEL_TRACES_SAMPLER: 'PARENTBASED_ALWAYS_OFF' }, { isParentBased: true, ratio: 0 }],
  [
    null,
    { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
    { isParentBased: false, ratio: 0.25 },
  ],
  [null, { OTEL_TRACES_SAMPLER: 'traceidratio' }, { isParentBased: false, ratio: 1 }],
  [null, { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '7' }, FOLLOW],
  [null, { OTEL_TRACES_SAMPLER: 'always_on' }, { isParentBased: false, ratio: 1 }],
  [null, { OTEL_TRACES_SAMPLER: 'xray' }, LINK],
  ['link', { OTEL_TRACES_SAMPLER: 'always_off' }, LINK],
] as const)('NEATLOGS_UNSAMPLED=%s %j', (unsampled, env, rule) => {
  expect(readSampling({ unsampled }, env)).toEqual(rule)
})
