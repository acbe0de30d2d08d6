// The one shape: a program that a user would write, run without and with the hook, cannot be told apart; and its records say
// what the server served. One row a program, one column a version of openai.
import { describe, expect, test } from 'vitest'
import { expectSame, type SameOptions } from './compare.ts'
import { expectRecorded, inferenceOf } from './recorded.ts'
import { type How, runTwice } from './run.ts'

interface Row extends SameOptions {
  readonly app: string
  readonly args?: readonly string[]
  readonly how?: How
  readonly nodeArgs?: readonly string[]
  /** The program leaves answers that the server sent whole. */
  readonly mayBeLeft?: boolean
  /** Default: one version of each of 4 to 6. */
  readonly versions?: readonly string[]
  /** Records by design: default one for each served call, told by its attempts. */
  readonly records?: number
}

/** `version@node`; Node 20 where none is named. Node 20 hooks in a thread, 24 and 26 in the program's own. */
const MODERN = ['4.104.0', '5.23.2', '6.49.0', '7.59.0@24']
const WEB = ['5.23.2', '6.49.0', '7.59.0@24']
const WIDE = [...MODERN, '4.0.0', '5.0.1', '6.0.0', '7.0.0@22', '7.4.0@22', '7.5.0@26', '6.49.0@26', '4.104.0@26']
const V3 = ['3.0.0', '3.3.0', '3.3.0@26']

const ROWS: readonly Row[] = [
  { app: 'chat.mjs', versions: WIDE },
  { app: 'chat.cjs', versions: WIDE },
  { app: 'chat-stream.mjs', versions: WIDE },
  { app: 'chat-scenarios.mjs' },
  { app: 'chat-helpers.mjs' },
  { app: 'completions.mjs' },
  { app: 'responses.mjs' },
  { app: 'embeddings.mjs' },
  { app: 'images.mjs' },
  { app: 'audio.mjs' },
  { app: 'moderations.mjs' },
  { app: 'errors.mjs', versions: WIDE },
  { app: 'retries.mjs', versions: WIDE },
  { app: 'body-errors.mjs' },
  { app: 'big-answer.mjs' },
  { app: 'stream-break-early.mjs', mayBeLeft: true, versions: WIDE },
  { app: 'stream-abort.mjs', mayBeLeft: true },
  { app: 'signal-abort.mjs', mayBeLeft: true },
  { app: 'timeout.mjs', mayBeLeft: true },
  { app: 'tee.mjs', mayBeLeft: true },
  { app: 'to-readable-stream.mjs', mayBeLeft: true },
  { app: 'as-response.mjs', mayBeLeft: true },
  { app: 'as-response-web.mjs', mayBeLeft: true, versions: WEB },
  { app: 'as-response-unread.mjs', mayBeLeft: true },
  { app: 'with-response.mjs', mayBeLeft: true, versions: WIDE },
  { app: 'never-awaited.mjs', mayBeLeft: true },
  { app: 'unhandled-rejection.mjs' },
  { app: 'unhandled-listener.mjs' },
  { app: 'agent-loop.mjs' },
  { app: 'batch-500.mjs', concurrent: true },
  { app: 'http-handler.mjs', mayBeLeft: true, concurrent: true },
  { app: 'pipe-stream.mjs', mayBeLeft: true },
  { app: 'retry-loop.mjs' },
  {
    app: 'relatives.mjs',
    mayBeLeft: true,
    concurrent: true,
    versions: ['4.104.0', '5.23.2@22', '6.49.0@26', '7.59.0@24'],
  },
  { app: 'custom-fetch.mjs' },
  { app: 'subclass.mjs' },
  { app: 'monkey-patch.mjs' },
  { app: 'azure.mjs' },
  { app: 'pagination.mjs' },
  { app: 'introspect.mjs', mayBeLeft: true },
  { app: 'body-look.mjs', mayBeLeft: true, versions: ['6.49.0', '6.49.0@24', '7.59.0@26'] },
  { app: 'ordering.mjs' },
  { app: 'stack.mjs' },
  { app: 'deep-imports.mjs', versions: WEB },
  { app: 'dynamic-import.mjs' },
  { app: 'dynamic-import.cjs' },
  { app: 'both-copies.mjs' },
  { app: 'worker-thread.mjs' },
  { app: 'fork.mjs', how: 'env' },
  { app: 'cluster.mjs', concurrent: true, how: 'env' },
  { app: 'v3-chat.cjs', versions: ['3.3.0', '3.3.0@26'] },
  { app: 'v3-calls.cjs', versions: V3 },
  { app: 'v3-errors.cjs', versions: V3 },
  { app: 'v3-stream.cjs', versions: V3 },
  { app: 'require-esm.cjs', versions: ['6.49.0@24', '7.59.0@26'] },
  { app: 'langchain.mjs', versions: ['frameworks', 'frameworks@24'] },
  { app: 'agents.mjs', versions: ['frameworks@22', 'frameworks@26'] },
  { app: 'express-handler.mjs', versions: ['frameworks', 'frameworks@24'], concurrent: true, mayBeLeft: true },
  { app: 'chat-tsx.mts', versions: ['frameworks', 'frameworks@24'], nodeArgs: ['--import', 'tsx'] },
  { app: 'chat-tsx.cts', versions: ['frameworks', 'frameworks@24'], nodeArgs: ['--import', 'tsx'] },
  { app: 'chat-types.mts', versions: ['6.49.0@24'] },
  { app: 'no-openai.mjs', versions: ['6.49.0'] },
]

describe.each(ROWS)('$app', ({ app, versions = MODERN, args, how, nodeArgs, mayBeLeft, records, ...same }) => {
  test.each(versions)('on openai %s', async (version) => {
    const [openai = '', node = '20'] = version.split('@')
    const { bare, hooked } = await runTwice({
      app,
      openai,
      node,
      ...(args ? { args } : {}),
      ...(how ? { how } : {}),
      ...(nodeArgs ? { nodeArgs } : {}),
    })
    expectSame(bare, hooked, same)
    expectRecorded(hooked, mayBeLeft)
    if (records !== undefined) expect(hooked.records).toHaveLength(records)
    if (inferenceOf(hooked.served).length > 0) expect(hooked.records.length).toBeGreaterThan(0)
  })
})
