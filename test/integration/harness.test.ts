// The harness itself: a bare program, the real SDK, the fixture server; what it says it served is what the program saw.
import { expect, test } from 'vitest'
import { expectSame, wireOf } from './compare.ts'
import { ROOT, runNode } from './run.ts'

for (const openai of ['4.104.0', '6.49.0']) {
  test(`a bare chat on openai ${openai} prints the served answer`, async () => {
    const run = await runNode({ app: 'chat.mjs', openai, how: 'none' })
    expect(run).toMatchObject({ code: 0, signal: null, stderr: '', records: [] })
    expect(run.served).toHaveLength(1)
    const [served] = run.served
    expect(served).toMatchObject({ verb: 'POST', path: '/v1/chat/completions', status: 200, aborted: false })
    expect(JSON.parse(String(served?.requestBody))).toMatchObject({ model: 'gpt-4o-mini', temperature: 0 })
    expect(String(served?.headers['user-agent'])).toContain(openai)
    expect(JSON.parse(run.stdout)).toEqual(JSON.parse(String(served?.responseBody)))
  })
}

test('a bare stream prints the served events', async () => {
  const run = await runNode({ app: 'chat-stream.mjs', how: 'none', args: ['scenario-parallel-tools'] })
  const events = String(run.served[0]?.responseBody).split('\n\n').slice(0, -2)
  expect(run.stdout.trim().split('\n')).toEqual(events.map((event) => event.replace(/^data: /, '')))
  expect(run.served[0]?.chunks).toBe(events.length)
})

test('two bare runs are the same, byte for byte', async () => {
  const one = await runNode({ app: 'chat.mjs', how: 'none' })
  const two = await runNode({ app: 'chat.mjs', how: 'none' })
  expectSame(one, two)
  expect(wireOf(one.served)[0]).toContain('POST /v1/chat/completions\nhost: 127.0.0.1:PORT\n')
})

test('a difference in output, ending or on the wire is found', async () => {
  const one = await runNode({ app: 'chat.mjs', how: 'none' })
  const two = await runNode({ app: 'chat.mjs', how: 'none', args: ['gpt-4o'] })
  expect(() => expectSame(one, two)).toThrow()
  expect(() => expectSame(one, { ...one, code: 1 })).toThrow()
  expect(() => expectSame(one, { ...one, stderr: 'a warning\n' })).toThrow()
  expect(() => expectSame(one, { ...one, served: two.served })).toThrow()
  expectSame(one, { ...one, stderr: 'neatlogs: recording to a folder\n' })
})

test('a program has a CommonJS twin that prints the same', async () => {
  const esm = await runNode({ app: 'chat-scenarios.mjs', how: 'none' })
  const cjs = await runNode({ app: 'chat-scenarios.cjs', how: 'none' })
  expect(cjs).toMatchObject({ code: 0, stderr: '', stdout: esm.stdout })
  expect(cjs.served).toHaveLength(63)
})

test('one frame of ours in a stack is forgiven, two are not', async () => {
  const one = await runNode({ app: 'chat.mjs', how: 'none' })
  const user = '    at main (file:///app.mjs:1:1)\n'
  const ours = `    at makeRequest (file://${ROOT}dist/openai/call.js:1:1)\n`
  const withStack = (stack: string) => ({ ...one, stderr: `Error: x\n${stack}` })
  expectSame(withStack(user), withStack(ours + user))
  expect(() => expectSame(withStack(user), withStack(ours + ours + user))).toThrow()
})

test('a program that does not end is killed and told', async () => {
  const run = runNode({ app: 'chat.mjs', how: 'none', args: ['scenario-hang'], timeoutMs: 1000 })
  await expect(run).rejects.toThrow('chat.mjs did not end within 1000 ms')
})

test('a signal is sent once the program printed the text', async () => {
  const run = await runNode({
    app: 'chat-stream.mjs',
    how: 'none',
    args: ['scenario-long-50+slow-body-20000'],
    signal: { name: 'SIGTERM', after: ' word3"' },
  })
  expect(run).toMatchObject({ code: null, signal: 'SIGTERM' })
  expect(run.stdout).toContain(' word3')
})
