// Endings the program chooses itself, each beside a server that is up, slow, down, failing or hanging.
import { describe, test } from 'vitest'
import { type Ending, proveEnding, SINKS } from './case.ts'

const ENDINGS: readonly Ending[] = [
  { name: 'returns', program: 'return' },
  { name: 'exit(0) after the last call', program: 'exit' },
  { name: 'exit(0) before the worker is up', program: 'exit-early' },
  { name: 'throws', program: 'throw' },
  { name: 'rejects', program: 'reject' },
  { name: 'abort()', program: 'abort' },
]

describe.each(ENDINGS)('$name', (ending) => {
  test.each(SINKS)('server %s: nothing is lost', (state) => proveEnding(ending, state))
})
