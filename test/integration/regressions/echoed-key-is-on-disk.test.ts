// The body of an error answer went to the spool as it came: a key that a server echoes in it was on disk, and in the record.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runNode } from '../run.ts'

test('neither in the spool nor in the record', async () => {
  const away = { NEATLOGS_API_KEY: 'k', NEATLOGS_ENDPOINT: 'http://127.0.0.1:9', NEATLOGS_EXIT_TIMEOUT_MS: '0' }
  const kept = await runNode({ app: 'echo-key.mjs', env: away })
  const files = readdirSync(join(kept.dir, 'lanes'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.seg'),
  )
  const spool = files.map((name) => readFileSync(join(kept.dir, 'lanes', name), 'utf8')).join('')
  expect(spool).toContain('Incorrect API key provided: [key]')
  expect(spool).not.toContain('my-own-secret')
  const run = await runNode({ app: 'echo-key.mjs' })
  expect(run.stdout).toBe('401 true\n')
  expect(run.records).toMatchObject([{ status: 'error', http_status: 401 }])
  expect(JSON.stringify(run.records)).not.toContain('my-own-secret')
})
