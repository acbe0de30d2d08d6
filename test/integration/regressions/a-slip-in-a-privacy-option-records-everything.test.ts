// Symptom: NEATLOGS_CAPTURE_CONTENT=treu and NEATLOGS_REDACT=emial warned, or said nothing, and recorded every prompt: the default, and
// a path that leads nowhere, stood in for what was asked.
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

test.each([
  ['NEATLOGS_CAPTURE_CONTENT', 'treu'],
  ['NEATLOGS_REDACT', 'emial'],
  ['NEATLOGS_REDACT', 'email,request..body'],
  ['NEATLOGS_REDACT', 'messages[*].content'],
  ['NEATLOGS_REDACT', '/gr(üezi/'],
  ['NEATLOGS_REDACT', '/(?=grüezi)/'],
])('%s=%s: a warning, and nothing private on disk', async (name, value) => {
  const run = await runNode({ app: 'chat.mjs', env: { [name]: value, NEATLOGS_METADATA: '{"plan":"pro"}' } })
  expect(run.code).toBe(0)
  expect(run.stdout).toContain('Hello!')
  expect(run.stderr.match(new RegExp(`${name}: .* is not .*; no content is recorded`, 'g'))).toHaveLength(1)
  expect(run.records).toMatchObject([{ status: 'ok', usage: { total_tokens: expect.any(Number) } }])
  const kept = await runNode({ app: 'chat.mjs', env: { [name]: value, ...AWAY } })
  for (const text of [bytesOf(run.dir), bytesOf(kept.dir)]) {
    expect(text).toContain('chat')
    expect(text).not.toMatch(/grüezi|Be brief|Hello!/)
  }
})
