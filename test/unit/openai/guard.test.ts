import { expect, test } from 'vitest'
import { guarded, isSwitchedOff, noteFailure, onFailure } from '../../../src/openai/guard.ts'
import { monotonicMs } from '../../../src/originals.ts'
import { faultOf } from '../../../src/safe-text.ts'

test('failures are swallowed, told once per code, and the twentieth switches observing off', () => {
  const told: string[] = []
  onFailure((code) => {
    told.push(code)
    throw new Error('the listener fails, too')
  })
  expect(guarded('tap', () => 7)).toBe(7)
  for (let count = 0; count < 18; count++) {
    const work = (): never => {
      throw new Error('ours')
    }
    expect(guarded('tap', work)).toBeUndefined()
  }
  noteFailure('call', new Error('ours'))
  expect([told, isSwitchedOff()]).toEqual([['tap', 'call'], false])
  noteFailure('tap', new Error('ours'))
  expect([told, isSwitchedOff()]).toEqual([['tap', 'call', 'switched_off'], true])
})

test('observing comes back after a minute, and failures that are far apart never end it', () => {
  const start = monotonicMs() + 120_000
  expect(isSwitchedOff(start)).toBe(false)
  for (let count = 0; count < 100; count++) noteFailure('rare', new Error('ours'), start + count * 4000)
  expect(isSwitchedOff(start + 400_000)).toBe(false)
  for (let count = 0; count < 20; count++) noteFailure('often', new Error('ours'), start + 600_000)
  expect([isSwitchedOff(start + 600_001), isSwitchedOff(start + 659_999), isSwitchedOff(start + 660_001)]).toEqual([
    true,
    true,
    false,
  ])
})

test('what is said of an error quotes no data', () => {
  const unread = (): unknown => {
    try {
      return JSON.parse('{"prompt": PATIENT')
    } catch (error) {
      return error
    }
  }
  expect(faultOf(unread())).toBe('SyntaxError')
  expect(faultOf(new Error('PATIENT'))).toBe('Error')
  expect(faultOf('PATIENT')).toBe('a thrown string')
  expect(faultOf(new TypeError('x is not a function\nPATIENT'))).toBe('TypeError: x is not a function')
  expect(faultOf(Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', syscall: 'open' }))).toContain(
    'no such file',
  )
  const trap = Object.defineProperty(new TypeError('x'), 'message', {
    get() {
      throw new Error('no')
    },
  })
  expect(faultOf(trap)).toBe('TypeError')
})
