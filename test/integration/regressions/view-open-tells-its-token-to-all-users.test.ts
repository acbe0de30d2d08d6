// `view --open` gave the token to the browser's launcher as an argument, which every user of the machine can read, and its cookie
// went to every other port of 127.0.0.1. Containers, port 80 and forwarded ports had no way in.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runCommand, startCommand } from '../cli/command.ts'
import { makeTemp } from '../run.ts'
import { eventually } from '../viewer/session.ts'

function statusOf(port: string, path: string, headers: { readonly [name: string]: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end()
  })
}

test('the launcher is told a file of the user’s own, good for one visit', async () => {
  const dir = makeTemp('open')
  const told = join(dir, 'told')
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" > '${told}.new' && mv '${told}.new' '${told}'\n`
  for (const name of ['xdg-open', 'open']) writeFileSync(join(bin, name), script, { mode: 0o755 })
  const env = { PATH: `${bin}:${process.env.PATH}` }
  const running = startCommand({ args: ['view', '--port', '0', '--dir', join(dir, 'neatlogs'), '--open'], env })
  await eventually(() => existsSync(told)).toBe(true)
  await eventually(running.stdout).toMatch(/\n$/)
  const printed = new URL(running.stdout().trim())
  const key = printed.searchParams.get('token') ?? ''
  const words = readFileSync(told, 'utf8').trim()
  expect(words).toMatch(/^file:\/\/\/\S+\.html$/)
  expect(words).not.toContain(key)
  const file = fileURLToPath(words)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
  const [, address = ''] = /content="0;url=([^"]+)"/.exec(readFileSync(file, 'utf8')) ?? []
  const ticket = new URL(address).searchParams.get('token')
  expect(new URL(address).origin).toBe(printed.origin)
  expect(ticket).not.toBe(key)
  // Worth nothing but the key, and that once.
  expect((await fetch(`${printed.origin}/api/calls?token=${ticket}`)).status).toBe(401)
  const exchange = () => fetch(`${printed.origin}/api/key?token=${ticket}`)
  expect(await (await exchange()).json()).toEqual({ key })
  expect((await exchange()).status).toBe(401)
  expect(existsSync(dirname(file))).toBe(false)
  running.child.kill('SIGINT')
  await running.ended
})

test('--host: asked for by the names that were listed, with the key', async () => {
  const running = startCommand({
    args: ['view', '--port', '0', '--dir', makeTemp('host'), '--host', 'viewer.internal,10.0.0.5'],
  })
  await eventually(running.stdout).toMatch(/\n$/)
  const { port, searchParams } = new URL(running.stdout().trim())
  const withKey = { authorization: `Bearer ${searchParams.get('token')}` }
  expect(await statusOf(port, '/api/calls', { ...withKey, host: 'viewer.internal' })).toBe(200)
  expect(await statusOf(port, '/api/calls', { ...withKey, host: `10.0.0.5:${port}` })).toBe(200)
  expect(await statusOf(port, '/api/calls', { host: 'viewer.internal' })).toBe(401)
  expect(await statusOf(port, '/api/calls', { ...withKey, host: 'other.internal' })).toBe(421)
  running.child.kill('SIGINT')
  expect((await running.ended).stderr).toContain('listening on every interface, for viewer.internal, 10.0.0.5')
})

test.each(['0.0.0.0', '[::]', '*', '', 'a b', 'http://a'])('--host %j is no list of names', async (host) => {
  const ended = await runCommand({ args: ['view', '--port', '0', `--host=${host}`] })
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toContain('host names that the page is opened by')
})
