import { expect, test } from 'vitest'
import { guarded, isSwitchedOff, noteFailure, onFailure } from '../../../src/openai/guard.ts'

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
