// Who lives: start time decides where the process can be seen, the lease where it cannot.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { isAlive, LEASE_MS, thisProcess } from '../../../src/spool/owner.ts'

const self = thisProcess()
const NOW = Date.now()

test('this process lives; the same pid with another start time is another process', () => {
  expect(isAlive(self, self, 0, NOW)).toBe(true)
  expect(isAlive({ ...self, startTime: '1' }, self, NOW, NOW)).toBe(false)
})

test('a process that has ended is dead, however fresh its lease', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  const pid = child.pid ?? 0
  await new Promise((resolve) => child.on('exit', resolve))
  expect(isAlive({ ...self, pid }, self, NOW, NOW)).toBe(false)
})

test.each([
  ['another boot of this machine', { bootId: '00000000' }],
  ['another pid namespace', { pidNamespace: '1' }],
  ['another machine', { hostname: 'elsewhere', bootId: '00000000', pidNamespace: '2' }],
  ['a /proc that tells nothing', { bootId: '', pidNamespace: '' }],
])('%s: the lease decides', (_what, other) => {
  const owner = { ...self, startTime: '1', ...other }
  expect(isAlive(owner, self, NOW - LEASE_MS + 1000, NOW)).toBe(true)
  expect(isAlive(owner, self, NOW - LEASE_MS - 1000, NOW)).toBe(false)
})

test('a lease from the future (a clock set back) does not last for ever', () => {
  const owner = { ...self, pidNamespace: '1' }
  expect(isAlive(owner, self, NOW + 365 * 24 * 3600 * 1000, NOW)).toBe(false)
})

test('a process that has ended and was not waited for is dead', async () => {
  // The child ends only when its parent has become a program that waits for nobody: a shell may have waited for it already.
  const parent = spawn('sh', ['-c', 'cat <&3 >/dev/null & echo $!; exec sleep 60 3<&-'], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  const [line] = (await once(parent.stdout as Readable, 'data')) as [Buffer]
  const pid = Number(line.toString())
  const nameOf = (): string => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim()
  await vi.waitFor(() => expect(nameOf()).toBe('sleep'), { timeout: 30_000 })
  ;(parent.stdio[3] as Writable).end()
  const stat = (): readonly string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  await vi.waitFor(() => expect(stat()[0]).toBe('Z'), { timeout: 30_000 })
  expect(isAlive({ ...self, pid, startTime: stat()[19] ?? '' }, self, NOW, NOW)).toBe(false)
  parent.kill()
})

test.each([
  ['no boot id', { bootId: '' }],
  ['no pid namespace', { pidNamespace: '' }],
  ['neither', { bootId: '', pidNamespace: '' }],
])('%s on either side: the lease decides about a process that is there', (_what, unknown) => {
  const [owner, viewer] = [
    { ...self, ...unknown, startTime: '1' },
    { ...self, ...unknown },
  ]
  expect(isAlive(owner, viewer, NOW, NOW)).toBe(true)
  expect(isAlive(owner, viewer, NOW - LEASE_MS, NOW)).toBe(false)
})

test('without boot ids a pid that is not there is dead on this machine, not on another', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  const viewer = { ...self, bootId: '', pidNamespace: '' }
  const owner = { ...viewer, pid: child.pid ?? 0 }
  expect(isAlive(owner, viewer, NOW, NOW)).toBe(false)
  expect(isAlive({ ...owner, hostname: 'elsewhere' }, viewer, NOW, NOW)).toBe(true)
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('not yours'), { code: 'EPERM' })
  })
  expect(isAlive(owner, viewer, NOW, NOW)).toBe(true)
  kill.mockRestore()
})
