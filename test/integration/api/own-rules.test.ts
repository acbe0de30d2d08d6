// Own expressions of NEATLOGS_REDACT and names of NEATLOGS_SECRET_NAMES: what they take away never touches the disk.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runNode } from '../run.ts'

const AWAY = { NEATLOGS_API_KEY: 'k', NEATLOGS_ENDPOINT: 'http://127.0.0.1:9', NEATLOGS_EXIT_TIMEOUT_MS: '0' }

function bytesOf(dir: string): string {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name))
  return files
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
}

const OWN = {
  NEATLOGS_REDACT: '/gr.ezi/i,/h[a-z]{2,3}o!/i,/T-\\d{4}/',
  NEATLOGS_METADATA: '{"ticket":"T-1234","plan":"pro"}',
}

test('own expressions: in prompt, answer and metadata', async () => {
  const run = await runNode({ app: 'chat.mjs', env: OWN })
  expect(run.stdout).toContain('Hello!')
  expect(run.records).toMatchObject([{ status: 'ok', metadata: { ticket: '[Redacted]', plan: 'pro' } }])
  const kept = await runNode({ app: 'chat.mjs', env: { ...OWN, ...AWAY } })
  for (const text of [bytesOf(run.dir), bytesOf(kept.dir)]) {
    expect(text).toContain('Be brief')
    expect(text).not.toMatch(/grüezi|Hello!|T-1234/)
  }
})

test('own secret names: a field of the body and of the metadata', async () => {
  const env = { NEATLOGS_SECRET_NAMES: 'Content, Tenant-Pin', NEATLOGS_METADATA: '{"tenant_pin":"4711-4711"}' }
  const run = await runNode({ app: 'chat.mjs', env })
  expect(run.stdout).toContain('Hello!')
  const kept = await runNode({ app: 'chat.mjs', env: { ...env, ...AWAY } })
  for (const text of [bytesOf(run.dir), bytesOf(kept.dir)]) {
    expect(text).toContain('chat')
    expect(text).not.toMatch(/grüezi|4711/)
  }
})
