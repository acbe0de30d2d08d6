// What the preload says and does not say, where records go, what is captured, and that nothing of ours reaches the program.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startNeatlogs } from '../../fixtures/servers/neatlogs.mjs'
import { expectSame } from './compare.ts'
import { expectRecorded } from './recorded.ts'
import { runNode, runTwice } from './run.ts'

describe('what is printed', () => {
  test('one line at the first record says where, once', async () => {
    const run = await runNode({ app: 'chat-scenarios.mjs' })
    expect(run.stderr).toBe(`neatlogs: recording OpenAI calls to ${run.dir} (look: npx neatlogs view)\n`)
    expect(run.records.length).toBeGreaterThan(5)
  })

  test('nothing, when NEATLOGS_EXPORTER names the destination', async () => {
    const run = await runNode({ app: 'chat.mjs', env: { NEATLOGS_EXPORTER: 'file' } })
    expect(run.stderr).toBe('')
    expect(run.records).toHaveLength(1)
  })

  test('nothing, and no folder, in a program without openai', async () => {
    const run = await runNode({ app: 'no-openai.mjs' })
    expect(run.stderr).toBe('')
    expect(existsSync(run.dir)).toBe(false)
  })

  test('nothing is recorded with NEATLOGS_EXPORTER=none or NEATLOGS_DISABLED', async () => {
    for (const env of [{ NEATLOGS_EXPORTER: 'none' }, { NEATLOGS_DISABLED: '1' }]) {
      const { bare, hooked } = await runTwice({ app: 'chat.mjs', env })
      expectSame(bare, hooked)
      expect([hooked.stderr, existsSync(hooked.dir)]).toEqual(['', false])
    }
  })

  test('a bad value is told with variable, value, what is allowed and what is used; the program runs on', async () => {
    const run = await runNode({ app: 'chat.mjs', env: { NEATLOGS_SAMPLE_RATE: 'often' } })
    expect(run.code).toBe(0)
    expect(run.stderr).toMatch(/NEATLOGS_SAMPLE_RATE.*often.*number from 0 to 1.*using 1/)
    expect(run.records).toHaveLength(1)
  })

  test('debug tells which copy was found where, its version, what was patched, and what was sent', async () => {
    const run = await runNode({ app: 'chat.mjs', env: { NEATLOGS_DEBUG: '1' } })
    const lines = run.stderr.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
    expect(lines).toContainEqual(
      expect.objectContaining({
        name: 'neatlogs',
        msg: 'found openai 6.49.0',
        file: expect.stringContaining('openai-6.49.0/node_modules/openai/client.mjs'),
        patched: true,
        missing: [],
      }),
    )
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'delivered 1 records to file' }))
    expect(run.stderr).not.toContain('sk-test')
  })
})

describe('where records go', () => {
  test('with NEATLOGS_API_KEY they go to the NeatLogs endpoint, and no line is printed', async () => {
    const neatlogs = await startNeatlogs()
    const env = { NEATLOGS_API_KEY: 'nl-test-key-0001', NEATLOGS_ENDPOINT: neatlogs.url }
    const run = await runNode({ app: 'chat.mjs', env })
    await neatlogs.close()
    expect([run.stderr, run.records.length]).toEqual(['', 0])
    expect(neatlogs.ids()).toHaveLength(1)
    expect(neatlogs.requests[0]?.headers['x-api-key']).toBe('nl-test-key-0001')
    expect(readdirSync(join(run.dir, 'lanes'))).toEqual([])
  })

  test('files and folders are for their owner alone', async () => {
    const run = await runNode({ app: 'chat.mjs' })
    const mode = (path: string): number => statSync(path).mode & 0o777
    expect(mode(run.dir)).toBe(0o700)
    expect(mode(join(run.dir, 'records'))).toBe(0o700)
    expect(run.recordFiles.map(mode)).toEqual([0o600])
  })
})

describe('what is captured', () => {
  test('other endpoints only with NEATLOGS_CAPTURE=all', async () => {
    const usual = await runNode({ app: 'pagination.mjs' })
    const all = await runNode({ app: 'pagination.mjs', env: { NEATLOGS_CAPTURE: 'all' } })
    expect(usual.records.filter((record) => record.operation === 'other')).toEqual([])
    expect(all.records.map((record) => record.method)).toContain('models.list')
    expect(all.records).toHaveLength(all.served.length)
  })

  test.each(['4.104.0', '5.23.2', '7.59.0'])('an upload is told by its fields, on openai %s', async (openai) => {
    const run = await runNode({ app: 'audio.mjs', openai })
    const [first] = run.records.filter((record) => record.operation === 'transcription')
    expect(first?.request).toMatchObject({
      model: 'whisper-1',
      body: { model: 'whisper-1', file: { type: 'file', filename: 'speech.mp3', media_type: 'audio/mpeg', bytes: 21 } },
    })
  })

  test('no key, header or credential of the program is in any record', async () => {
    const run = await runNode({ app: 'errors.mjs', env: { NEATLOGS_API_KEY: undefined } })
    const text = JSON.stringify(run.records)
    expect(run.records.length).toBeGreaterThan(5)
    for (const secret of ['sk-test', 'Bearer', 'uthorization']) expect(text).not.toContain(secret)
  })
})

test('whatever throws in our code is caught, told once, and the program cannot tell', async () => {
  const broken = `data:text/javascript,${encodeURIComponent(BROKEN_SINK)}`
  const { bare, hooked } = await runTwice({ app: 'chat-scenarios.mjs', nodeArgs: ['--import', broken] })
  const told = hooked.stderr.split('\n').filter((line) => line.startsWith('{'))
  expectSame(bare, { ...hooked, stderr: hooked.stderr.replace(/^\{.*\n/gm, '') })
  expect(told.length).toBeGreaterThan(0)
  expectRecorded(hooked)
  expect(new Set(told.map((line) => JSON.parse(line).code)).size).toBe(told.length)
})

/** A second sink whose every frame throws: what a full disk, a bug or a foreign copy of ours would do. */
const BROKEN_SINK = `
const sink = { captureAll: true, append() { throw new Error('broken sink') } }
Object.defineProperty(globalThis, Symbol.for('neatlogs.sinks'), { value: [sink], configurable: true, writable: true })
`

test('the calls of a program that uses everything at once are recorded once each', async () => {
  const run = await runNode({ app: 'both-copies.mjs', how: 'env', nodeArgs: [] })
  expectRecorded(run)
})
