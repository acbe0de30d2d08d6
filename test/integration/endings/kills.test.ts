// SIGKILL of a busy and of an idle program, each beside a server that is up, slow, down, failing or hanging.
import { describe, test } from 'vitest'
import { type Ending, proveEnding, SINKS } from './case.ts'

const ENDINGS: readonly Ending[] = ['busy', 'idle'].flatMap((program) =>
  [0, 1, 10, 100].map((afterMs) => ({
    name: `SIGKILL, ${program} for ${afterMs} ms`,
    program,
    signal: { name: 'SIGKILL' as const, afterMs },
  })),
)

describe.each(ENDINGS)('$name', (ending) => {
  test.each(SINKS)('server %s: nothing is lost', (state) => proveEnding(ending, state))
})
