// Signals, with and without listeners of the program, each beside a server that is up, slow, down, failing or hanging.
import { describe, test } from 'vitest'
import { type Ending, proveEnding, SINKS } from './case.ts'

const row = (program: string, name: NodeJS.Signals, what: string): Ending => ({
  name: `${name}, ${what}`,
  program,
  signal: { name, afterMs: 0 },
})

const ENDINGS: readonly Ending[] = [
  row('idle', 'SIGTERM', 'no listener'),
  row('idle', 'SIGINT', 'no listener'),
  row('idle', 'SIGHUP', 'no listener'),
  row('busy', 'SIGTERM', 'no listener, busy'),
  row('listener-exits', 'SIGTERM', 'a listener that exits'),
  row('listener-exits', 'SIGINT', 'a listener that exits'),
  row('listener-closes', 'SIGTERM', 'a listener that closes gracefully'),
  row('listener-closes', 'SIGINT', 'a listener that closes gracefully'),
]

describe.each(ENDINGS)('$name', (ending) => {
  test.each(SINKS)('server %s: nothing is lost', (state) => proveEnding(ending, state))
})
