// One case of the table: an ending beside a server in some state, then one later process.
import { expect } from 'vitest'
import { adopt, newDir, printedIds, received, type SinkState, start, startSink } from './program.ts'

export interface Ending {
  readonly name: string
  /** Of `fixtures/apps/endings.mjs`. */
  readonly program: string
  /** Sent this long after the program is ready. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly afterMs: number }
}

export const SINKS: readonly SinkState[] = ['up', 'slow', 'down', '503', 'hanging']
const COUNT = '1000'
/** Longest wait at exit beside a server that does not answer; beside the others the exit has all the time it needs. */
const SHORT_LIMIT_MS = 500
const LONG_LIMIT_MS = 20_000
/** Far above the limit, for a busy machine: a server that hangs would hold a program 30 s, and more than one request. */
const HELD_AT_MOST_MS = 25_000

const bareResults = new Map<string, Promise<{ code: number | null; signal: NodeJS.Signals | null; ms: number }>>()

/** Runs one case and asserts the promises that hold for all. */
export async function proveEnding(ending: Ending, state: SinkState): Promise<void> {
  const sink = await startSink(state)
  try {
    const dir = newDir()
    const program = start({
      dir,
      endpoint: sink.url,
      args: [ending.program, COUNT],
      env: { NEATLOGS_EXIT_TIMEOUT_MS: String(state === 'hanging' ? SHORT_LIMIT_MS : LONG_LIMIT_MS) },
    })
    await signalIt(program, ending)
    const { code, signal, ms } = await program.ended
    const bare = await bareResult(ending)
    expect({ code, signal }, program.stderr()).toEqual({ code: bare.code, signal: bare.signal })
    expect(ms - bare.ms).toBeLessThan(HELD_AT_MOST_MS)

    await sink.heal()
    const later = await adopt(dir, sink.url)
    expect(later.lines().at(-1), later.stderr()).toBe('taken over')
    const wanted = [...printedIds(program), ...printedIds(later)]
    const { answers, twice } = received(sink.server())
    expect(wanted.filter((id) => !answers.has(id))).toEqual([])
    if (signal !== 'SIGKILL' && signal !== 'SIGABRT') expect(twice).toBe(0)
  } finally {
    await sink.close()
  }
}

/** How the bare program ends; once per ending. */
function bareResult(ending: Ending): Promise<{ code: number | null; signal: NodeJS.Signals | null; ms: number }> {
  const known = bareResults.get(ending.name)
  if (known !== undefined) return known
  const run = async () => {
    const program = start({ dir: newDir(), args: [ending.program, COUNT], hooked: false })
    await signalIt(program, ending)
    return program.ended
  }
  const result = run()
  bareResults.set(ending.name, result)
  return result
}

async function signalIt(program: ReturnType<typeof start>, { signal }: Ending): Promise<void> {
  if (signal === undefined) return
  await program.printed('ready')
  await new Promise((resolve) => setTimeout(resolve, signal.afterMs))
  program.child.kill(signal.name)
}
