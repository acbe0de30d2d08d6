// Symptom: 250 calls a second whose answers nobody reads (`void client.chat.completions.create(…)`) held 140 MB more than without the hook: each call
// stayed whole, text, headers and attempts, until V8's next full collection, in the program and in the shipper.
import { expect, test } from 'vitest'
import { runTwice } from '../run.ts'

const COUNT = 300

test.each(['4.104.0', '6.49.0', '7.57.0'])(
  'openai %s: what is known of an answer nobody reads is on disk; read later it is whole, never read it is incomplete',
  async (openai) => {
    const { bare, hooked } = await runTwice({
      app: 'unread-answers.mjs',
      openai,
      node: '24',
      nodeArgs: ['--expose-gc'],
      args: [String(COUNT)],
    })
    expect(hooked.stdout).toBe(bare.stdout)
    const by = new Map(hooked.records.map((record) => [(record.request.body as { user: string }).user, record]))
    expect(hooked.records).toHaveLength(COUNT + 5)
    expect(by.get('late')).toMatchObject({ status: 'ok', http_status: 200, request_id: 'req-late' })
    expect(JSON.stringify(by.get('late')?.response.body)).toContain('answer of late')
    expect(by.get('stream')).toMatchObject({ status: 'ok', http_status: 200 })
    expect(JSON.stringify(by.get('stream')?.response.body)).toContain('late words')
    for (const user of ['gone', 'kept', 'many-7']) {
      const heads = {
        status: 'incomplete',
        http_status: 200,
        request_id: `req-${user}`,
        attempts: [{ status: 200 }],
      }
      expect(by.get(user), user).toMatchObject(heads)
      expect(by.get(user)?.response.body, user).toBeNull()
    }
  },
)
