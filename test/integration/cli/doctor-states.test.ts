// `neatlogs doctor` in states that are rare, each brought about for real: an old Node, records that were dropped, a certificate that
// cannot be read. A network file system alone is played by statfs. The full disk is in doctor.root.test.ts.
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeBinary } from '../../../fixtures/node.mjs'
import { startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import { MESSAGES } from '../../../src/cli/doctor/messages.ts'
import type { Report } from '../../../src/cli/doctor/print.ts'
import { makeTemp } from '../run.ts'
import { type Command, eventually, runCommand } from './command.ts'
import { DOWN, killProgram, lanesOf, placeProgram } from './killed.ts'

const DAY_MS = 86_400_000
const app = placeProgram()

async function doctor(command: Partial<Command>): Promise<{ code: number | null; findings: readonly Finding[] }> {
  const env = { NEATLOGS_DIR: join(makeTemp('doctor'), 'neatlogs'), ...command.env }
  const ended = await runCommand({ ...command, args: ['doctor', '--json', app], env })
  expect(ended.stderr).toBe('')
  const { sections } = JSON.parse(ended.stdout) as Report
  return { code: ended.code, findings: sections.flatMap(({ findings }) => findings) }
}

test.each([
  ['18.20.8', []],
  ['21.7.3', []],
  ['22', ['--no-experimental-require-module']],
])('Node %s %j: cannot be hooked, and nothing else is said of it', async (version, flags) => {
  const node = await nodeBinary(version)
  const launcher = join(makeTemp('node'), 'node')
  writeFileSync(launcher, `#!/bin/sh\nexec "${node}" ${flags.join(' ')} "$@"\n`, { mode: 0o755 })
  const { code, findings } = await doctor({ node: launcher })
  expect(code).toBe(1)
  expect(findings.map((one) => one.code)).toEqual(['NODE_TOO_OLD', 'PRELOAD_NOT_SET'])
  expect(findings[0]).toMatchObject({
    level: 'problem',
    text: expect.stringMatching(/^Node \d+\.\d+\.\d+ cannot be hooked: nothing is recorded$/),
    remedy:
      'Use Node 20.19, 22.12 or later. Where require() of ES modules is off (AWS Lambda), add --experimental-require-module to NODE_OPTIONS.',
  })
  const plain = await runCommand({ args: ['doctor', app], node: launcher })
  expect(plain.code).toBe(1)
  expect(plain.stdout).toContain('cannot be hooked: nothing is recorded [NODE_TOO_OLD]')
  expect(plain.stdout.endsWith('Records would not arrive: 1 problem.\n')).toBe(true)
})

test('records that were dropped, until a server has been told', async () => {
  const dir = join(makeTemp('dropped'), 'neatlogs')
  const env = { NEATLOGS_API_KEY: 'nl-test-dropped', NEATLOGS_ENDPOINT: DOWN }
  await killProgram({ dir, env, calls: 3 })
  const [lane = ''] = lanesOf(dir)
  const segments = (): string[] => readdirSync(join(dir, 'lanes', lane)).filter((name) => name.endsWith('.seg'))
  const long = new Date(Date.now() - 8 * DAY_MS)
  for (const name of segments()) utimesSync(join(dir, 'lanes', lane, name), long, long)
  // A program with another key looks after the folder, but may not deliver them, nor tell anybody of them.
  const between = (): Promise<void> => eventually(() => segments().map(([first]) => first)).toEqual(['x'])
  await killProgram({ dir, env: { ...env, NEATLOGS_API_KEY: 'nl-test-other' }, calls: 1, between })
  const { code, findings } = await doctor({ env: { NEATLOGS_DIR: dir, ...env } })
  expect(code).toBe(1) // the server is down
  expect(findings).toContainEqual({
    code: 'DROPPED',
    level: 'warn',
    text: '3 calls were dropped: the spool was full (NEATLOGS_SPOOL_MAX_BYTES) or they were older than seven days',
    remedy: 'Find out why the destination takes nothing; the server is told the count with the next delivery.',
  })
})

test('a certificate that cannot be read is a warning of its destination, beside the answer of the server', async () => {
  const server = await startNeatlogs({ requireKey: false })
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem' }
  const { code, findings } = await doctor({ env })
  await server.close()
  expect(code).toBe(0)
  expect(findings.map((one) => one.code)).toContain('TAKEN')
  expect(findings).toContainEqual({
    code: 'DESTINATION_WARNING',
    level: 'warn',
    text: expect.stringMatching(
      /^otlp: OTEL_EXPORTER_OTLP_CERTIFICATE: "\/nowhere\/ca\.pem" cannot be read \(.*ENOENT.*\); ignored$/,
    ),
    remedy: 'Correct the variable.',
  })
})

test('a network file system', async () => {
  const stand = join(import.meta.dirname, 'statfs-nfs.cjs')
  const dir = join(makeTemp('network'), 'neatlogs')
  const { code, findings } = await doctor({ env: { NEATLOGS_DIR: dir, NODE_OPTIONS: `--require ${stand}` } })
  expect(code).toBe(0)
  expect(findings).toContainEqual({
    code: 'FOLDER_NETWORK',
    level: 'warn',
    text: `${dir} lies on a network file system (NFS)`,
    remedy: 'Set NEATLOGS_DIR to a local disk: each call waits for its writes.',
  })
})

test('every message of doctor is brought about by a test of this folder', () => {
  const here = readdirSync(import.meta.dirname).filter((name) => /^doctor.*\.test\.ts$/.test(name))
  const text = here.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n')
  expect(Object.keys(MESSAGES).filter((code) => !new RegExp(`['"\`]${code}['"\`]`).test(text))).toEqual([])
})
