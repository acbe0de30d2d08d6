// Why calls were left out, as the command and the page count it: bounded, whatever a record says.
import { expect, test } from 'vitest'
import { addReason, byCount } from '../../../src/export/reasons.ts'

test('reasons are cut, and beyond fifty they are one', () => {
  const left = new Map<string, number>()
  for (let index = 0; index < 60; index++) addReason(left, `reason ${index}`)
  addReason(left, 'reason 0')
  addReason(left, 'x'.repeat(5000))
  expect(left.size).toBe(51)
  expect([...left.keys()].every((reason) => reason.length <= 120)).toBe(true)
  expect(byCount(left).slice(0, 2)).toEqual([
    ['other reasons', 11],
    ['reason 0', 2],
  ])
})
