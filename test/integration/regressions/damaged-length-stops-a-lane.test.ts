// A head whose length was damaged into a huge number made the shipper ask for that much memory, each time it came by: nothing behind
// it in the lane was ever delivered.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Tail } from '../../../src/shipper/tail.ts'
import { closeHead, newLane, openHead, writeSegment } from '../../unit/shipper/frames.ts'

test.each([Number.MAX_SAFE_INTEGER, 2 ** 40, 2 ** 30])('a length of %i is passed over as damage', (bytes) => {
  const lane = newLane()
  writeSegment(lane, 't0', 1, [[openHead('a'), 'x']])
  const path = join(lane, 't0-00000001.seg')
  const large = 'y'.repeat(2 * 1024 * 1024)
  appendFileSync(path, `{"bytes":${bytes},"t":"close","id":"torn"}\n${large}\n`)
  appendFileSync(path, `{"bytes":1,${JSON.stringify(closeHead('a')).slice(1)}\nx\n`)
  const tail = new Tail(lane, 'file', true)
  const ids: string[] = []
  for (let frames = tail.read(); frames.length > 0; frames = tail.read()) {
    ids.push(...frames.map(({ head }) => `${head.t} ${(head as { id: string }).id}`))
  }
  expect(ids).toEqual(['open a', 'close a'])
  expect(tail.takeDamaged()).toBe(1)
  expect(tail.isExhausted).toBe(true)
  tail.close()
})
