// Stands for `fast-check` in a mutation run: few inputs, and the same ones for every mutant, so that two scores can be compared.
import fc from '../../node_modules/fast-check/lib/fast-check.js'

const MAX_RUNS = 20
const SEED = 7

const assert = ((property: fc.IRawProperty<unknown>, parameters?: fc.Parameters<unknown>) =>
  fc.assert(property, {
    ...parameters,
    numRuns: Math.min(parameters?.numRuns ?? MAX_RUNS, MAX_RUNS),
    seed: SEED,
  })) as typeof fc.assert

export default { ...fc, assert }
