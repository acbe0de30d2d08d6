// The body of an error answer went to the spool as it came: a key that a server echoes in it was on disk, and in the record. So did the request id
// and the `Retry-After` of each attempt, and what a call had in headers and query of its own.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runNode } from '../run.ts'

const AWAY = { NEATLOGS_API_KEY: 'k', NEATLOGS_ENDPOINT: 'http://127.0.0.1:9', NEATLOGS_EXIT_TIMEOUT_MS: '0' }

function spoolOf(dir: string): string {
  const names = readdirSync(join(dir, 'lanes'), { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.seg'))
    .map((name) => readFileSync(join(dir, 'lanes', name), 'utf8'))
    .join('')
}

test('neither in the spool nor in the record', async () => {
  const kept = await runNode({ app: 'echo-key.mjs', env: AWAY })
  const spool = spoolOf(kept.dir)
  expect(spool).toContain('Incorrect API key provided: [key]')
  expect(spool).not.toContain('my-own-secret')
  const run = await runNode({ app: 'echo-key.mjs' })
  expect(run.stdout).toBe('401 true\n')
  expect(run.records).toMatchObject([{ status: 'error', http_status: 401 }])
  expect(JSON.stringify(run.records)).not.toContain('my-own-secret')
})

const ECHOED = /clientKey|DefaultHeader|CookieValue|CallHeader|DefaultQuery|CallQuery|ToolHeader|Other00/

test('echoed in headers, ids, answers and errors: own key, default headers, headers and query of the call', async () => {
  const kept = await runNode({ app: 'echo-everything.mjs', env: AWAY })
  expect(kept.stdout).toBe('good true\nbad true\n')
  const spool = spoolOf(kept.dir)
  expect(spool).toContain('[key]')
  expect(spool).not.toMatch(ECHOED)
  const run = await runNode({ app: 'echo-everything.mjs' })
  expect(run.records).toMatchObject([{ status: 'ok' }, { status: 'error', http_status: 400 }])
  expect(JSON.stringify(run.records)).not.toMatch(ECHOED)
})
