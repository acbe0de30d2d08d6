// OpenAIProvider and LLMTracker in real programs: what they print, and what was recorded for whom.
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { nodeBinary } from '../../../fixtures/node.mjs'
import { startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { makeTemp, ROOT, type RunOptions, type RunResult, readRecords, runNode } from '../run.ts'

const linesOf = (run: RunResult): string[] => run.stdout.trim().split('\n')
const modelsOf = (run: RunResult): (string | null)[] => run.records.map((record) => record.request.model)
const runCode = (options: RunOptions): Promise<RunResult> => runNode({ how: 'none', ...options })

/** Runs a program where no openai can be found. */
async function runAlone(app: string, node: string, url: string, args: readonly string[]) {
  const folder = makeTemp('alone')
  mkdirSync(join(folder, 'node_modules/neatlogs'), { recursive: true })
  for (const name of ['package.json', 'dist'])
    symlinkSync(join(ROOT, name), join(folder, 'node_modules/neatlogs', name))
  copyFileSync(join(ROOT, 'fixtures/apps', app), join(folder, app))
  const dir = join(folder, 'neatlogs')
  const env = { HOME: folder, NEATLOGS_DIR: dir, OPENAI_API_KEY: 'sk-test-fixture', OPENAI_BASE_URL: `${url}/v1` }
  const ended = await promisify(execFile)(await nodeBinary(node), [join(folder, app), ...args], { env })
  return { ...ended, dir }
}

describe('OpenAIProvider', () => {
  const expected = [
    'found true',
    'ok prod,7 Hello',
    'error prod,7 Invalid',
    'error prod,7 The answer',
    '1',
    'as before true',
  ]

  test.each(['4.0.0', '4.104.0', '5.0.1', '5.23.2', '6.0.0', '6.49.0', '7.0.0', '7.57.0'])(
    'openai %s',
    async (openai) => {
      const node = openai.startsWith('7') ? '24' : '20'
      const run = await runCode({ app: 'api-provider.mjs', openai, node })
      expect(run.stderr.replace(/^neatlogs: recording.*\n/, '')).toBe('')
      expect(linesOf(run)).toEqual(expected)
      expect(run.served).toHaveLength(3)
      expect(run.records).toHaveLength(3)
      for (const record of run.records) {
        expect(record).toMatchObject({ trace_id: 'checkout-7', tags: ['prod', '7'], metadata: { client: 'shop' } })
      }
      expect(run.records.map((record) => record.status)).toEqual(['ok', 'error', 'error'])
      expect(run.records[0]?.sdk.version).toBe(openai)
    },
  )

  test('CommonJS, and a program whose ES and CommonJS copies are both loaded', async () => {
    const run = await runCode({ app: 'api-provider.cjs' })
    expect(linesOf(run).at(-1)).toBe('as before true')
    expect(run.records).toHaveLength(3)
  })

  test('with the preload: both record, each under its own session; after undo the preload goes on', async () => {
    const run = await runNode({ app: 'api-provider.mjs' })
    expect(linesOf(run).at(-1)).toBe('as before true') // as the preload had patched it
    const own = run.records.filter((record) => record.trace_id === 'checkout-7')
    const preload = run.records.filter((record) => record.trace_id !== 'checkout-7')
    expect(own).toHaveLength(3)
    expect(preload.map((record) => record.request.model)).toEqual([
      'gpt-4o-mini',
      'scenario-status-400',
      'not-recorded',
    ])
    expect(new Set(run.records.map((record) => record.id)).size).toBe(6)
  })

  test('NEATLOGS_EXPORTER=none with the preload: nothing is written, the history is kept', async () => {
    const run = await runNode({ app: 'api-provider.mjs', env: { NEATLOGS_EXPORTER: 'none' } })
    expect(linesOf(run).filter((line) => line.startsWith('error'))).toHaveLength(2)
    expect(run.records).toEqual([])
  })

  test('`using` ends it', async () => {
    const run = await runCode({ app: 'api-using.mjs', node: '24' })
    expect(run.stderr).not.toContain('Error')
    expect(modelsOf(run)).toEqual(['inside'])
  })

  test('several at once: own records, own lanes, no key carries another’s data', async () => {
    const server = await startNeatlogs()
    try {
      const env = { NEATLOGS_ENDPOINT: server.url, NEATLOGS_EXIT_TIMEOUT_MS: '20000' }
      const run = await runCode({ app: 'api-several.mjs', env })
      expect(linesOf(run)).toEqual(['only-one,both,begun-with-both', 'both,begun-with-both,only-two'])
      const sentWith = (key: string): unknown[] =>
        server.requests
          .filter((request) => request.headers['x-api-key'] === key)
          .flatMap((request) =>
            request.spans.map((span) => span.attributes['neatlogs.session.id'] ?? span.attributes['session.id']),
          )
          .filter((id) => id !== undefined)
      expect(new Set(sentWith('nl-key-one'))).toEqual(new Set(['one']))
      expect(new Set(sentWith('nl-key-two'))).toEqual(new Set(['two']))
      expect(server.ids()).toHaveLength(6)
      expect(run.stdout + run.stderr).not.toContain('nl-key')
    } finally {
      await server.close()
    }
  })

  test('another tool on top: passes through, records once, and goes at last', async () => {
    const run = await runCode({ app: 'api-stacked.mjs' })
    expect(linesOf(run)).toEqual(['3 2 true'])
    expect(run.records).toHaveLength(2)
  })

  test.each(['4.104.0', '6.49.0', '7.57.0'])('undone with calls in flight, openai %s', async (openai) => {
    const run = await runCode({ app: 'api-in-flight.mjs', openai, node: openai.startsWith('7') ? '24' : '20' })
    expect(linesOf(run)).toEqual(['as before true', 'ok,ok,ok true,true,true'])
    expect(modelsOf(run).sort()).toEqual(['scenario-flaky-429-503', 'scenario-pace-5', 'scenario-slow-50'])
    expect(run.records.find((record) => record.request.model?.includes('flaky'))?.attempts).toHaveLength(3)
  })

  test.each(['20', '22', '24', '26'])('openai loaded later, Node %s: a warning, then recorded', async (node) => {
    const server = await startOpenAI()
    try {
      const run = await runAlone('api-later.mjs', node, server.url, [
        join(ROOT, 'fixtures/openai-5.23.2/node_modules/openai'),
      ])
      expect(run.stdout.trim().split('\n')).toEqual(['0', '2'])
      expect(run.stderr.match(/no copy of openai is found/g)).toHaveLength(1)
      expect(readRecords(run.dir).records.map((record) => record.sdk.version)).toEqual(['5.23.2', '5.23.2'])
    } finally {
      await server.close()
    }
  })

  test.runIf(process.platform === 'linux')('what is delivered leaves no lane and no thread behind', async () => {
    const run = await runCode({ app: 'api-retired.mjs', env: { NEATLOGS_EXPORTER: 'file' } })
    expect(linesOf(run)).toEqual(['gone true'])
    expect(run.records.map((record) => record.trace_id).sort()).toEqual(
      Array.from({ length: 12 }, (_, number) => `request-${number}`).sort(),
    )
  })

  test('ten thousand made and undone do not grow the heap', async () => {
    const run = await runCode({ app: 'api-many.mjs', nodeArgs: ['--expose-gc'] })
    // A provider that stayed would be a kilobyte and more: 5 MB.
    expect(Number(run.stdout)).toBeLessThan(1024)
  })
})

describe('LLMTracker', () => {
  test('session, tags, history', async () => {
    const run = await runCode({ app: 'api-tracker.mjs', env: { NEATLOGS_EXPORTER: 'file' } })
    expect(linesOf(run)).toEqual([
      'TypeError ERR_NEATLOGS_ARGUMENT tags must be a string, a number or a boolean; got {"no":"tag"}',
      'true',
      'true prod,2,true',
      'true prod,2,true,later',
    ])
    expect(run.records.map((record) => record.tags)).toEqual([
      ['prod', '2', 'true'],
      ['prod', '2', 'true', 'later'],
    ])
    expect(run.records[0]).toMatchObject({ metadata: { client: 'shop' }, status: 'ok' })
  })

  test.each(['3.3.0'])('the old API, openai %s', async (openai) => {
    const run = await runCode({ app: 'api-tracker-v3.cjs', openai, env: { NEATLOGS_EXPORTER: 'file' } })
    expect(linesOf(run)).toEqual(["[ 'Hello' ]", 'true'])
    expect(run.records).toMatchObject([{ method: 'chat.completions.create', sdk: { version: '3.3.0' } }])
  })
})
