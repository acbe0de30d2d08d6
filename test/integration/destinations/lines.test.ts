// The lines of file and stdout as their readers see them: pino-pretty, and a slow reader at the end of a pipe.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pretty from 'pino-pretty'
import { expect, test } from 'vitest'
import { openDestination } from '../../../src/destinations/open.ts'
import { parseOptions } from '../../../src/options/options.ts'
import type { CallRecord } from '../../../src/record.ts'
import { makeFailure, makeRecord } from '../../unit/destinations/records.ts'
import { DESTINATION, OPTIONS, runCode } from './child.ts'

test('pino-pretty renders a record file', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'neatlogs-lines-'))
  const destination = await openDestination('file', { ...parseOptions({}).options, dir }, {})
  await destination.send([makeRecord(), makeFailure()], { droppedCount: 0 })
  destination.close()
  const [name] = readdirSync(join(dir, 'records'))
  const lines = readFileSync(join(dir, 'records', name as string), 'utf8')
  rmSync(dir, { recursive: true, maxRetries: 10 })
  const render = pretty.prettyFactory({
    colorize: false,
    translateTime: 'SYS:standard',
    ignore: 'attempts,request,response,usage',
  })
  const shown = lines
    .trimEnd()
    .split('\n')
    .map((line) => render(line))
  expect(shown[0]).toMatch(/INFO.*\(4242 on web-1\): chat\.completions\.create gpt-4o-mini ok 664ms/)
  expect(shown[1]).toMatch(/ERROR.*chat\.completions\.create gpt-4o-mini error 664ms/)
  expect(shown[1]).toContain('rate_limit_exceeded')
})

test('a slow reader of standard output gets whole lines, each once, whatever the program prints beside them', async () => {
  const worker = `
    const { openDestination } = await import(${JSON.stringify(DESTINATION)})
    const { parseOptions } = await import(${JSON.stringify(OPTIONS)})
    const destination = await openDestination('stdout', parseOptions({}).options, {})
    const record = ${JSON.stringify(makeRecord())}
    const body = 'x'.repeat(20_000)
    for (let batch = 0; batch < 10; batch += 1) {
      const records = [0, 1, 2].map((n) => ({ ...record, id: batch + '-' + n, request: { model: 'm', body } }))
      for (let outcome; outcome?.kind !== 'delivered'; ) outcome = await destination.send(records, { droppedCount: 0 })
    }`
  // Writing to stdout in the main thread makes the pipe non-blocking, as it is in a program that prints.
  const code = `
    import { Worker } from 'node:worker_threads'
    process.stdout.write('hello\\n')
    new Worker(${JSON.stringify(worker)}.replace(/^/, '(async () => {') + '})()', { eval: true })`
  const { stdout, stderr, code: status } = await runCode(code, {}, () => sleep(5))
  expect(stderr).toBe('')
  expect(status).toBe(0)
  const [first, ...lines] = stdout.trimEnd().split('\n')
  expect(first).toBe('hello')
  const ids = lines.map((line) => (JSON.parse(line) as CallRecord).id)
  expect(ids).toHaveLength(30)
  expect(new Set(ids).size).toBe(30)
})
