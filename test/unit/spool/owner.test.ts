// Who lives: start time decides where the process can be seen, the lease where it cannot.
import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
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
