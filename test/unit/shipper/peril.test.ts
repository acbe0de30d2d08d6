// A large call that ended two shippers is taken by the safe way by the third; its neighbours are not.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { openPeril } from '../../../src/shipper/peril.ts'
import { OPTIONS } from '../decode/input.ts'
import { closeHead, newLane, openHead, writeSegment } from './frames.ts'
import { piecesOf, readItems } from './items.ts'

/** Ships a lane. `onDecode` is told of each call before it is decoded. */
function ship(path: string, onDecode: (id: string) => void = () => {}) {
  const { items, tail } = readItems(path, 'file', {
    decode: (call, lane) => {
      onDecode(call.open.id)
      return decodeCall({ ...call, lane, options: OPTIONS })
    },
  })
  tail.close()
  return items.map((item) => item.record())
}

test('a call that ended two shippers comes without content; one that ended one comes whole', () => {
  const path = newLane()
  const body = JSON.stringify({ text: 'x'.repeat(2 * 1024 * 1024) })
  writeSegment(
    path,
    't0',
    1,
    ['twice', 'once', 'never'].flatMap(
      (id) =>
        [
          [openHead(id), '{"model":"m"}'],
          [closeHead(id), body],
        ] as const,
    ),
  )
  for (const ids of [['twice', 'once'], ['twice']]) {
    // A shipper that dies does not leave.
    const peril = openPeril(path, 'file')
    for (const id of ids) peril.enter(id)
  }
  const [twice, once, never] = ship(path)
  expect(twice).toMatchObject({ id: 'twice', status: 'ok', truncated: ['/request/body', '/response/body'] })
  expect(twice?.response.body).toMatch(/^…\[cut: 2097163 bytes, sha256 [0-9a-f]{64}\]$/)
  for (const record of [once, never]) expect(record?.request.model).toBe('m')
  expect(existsSync(join(path, 'file.peril'))).toBe(false)
})

test('a call that waits as a piece is taken the safe way again', () => {
  const path = newLane()
  writeSegment(path, 't0', 1, [
    [openHead('twice'), '{"model":"m"}'],
    [closeHead('twice'), JSON.stringify({ text: 'x'.repeat(2 * 1024 * 1024) })],
  ])
  for (let shipper = 0; shipper < 2; shipper++) openPeril(path, 'neatlogs').enter('twice')
  const { items, tail } = readItems(path, 'neatlogs', { pieces: piecesOf(() => ({ byteLength: 1 })) })
  for (let round = 0; round < 2; round++) {
    expect(items.map((item) => item.record().truncated)).toEqual([['/request/body', '/response/body']])
  }
  tail.close()
})

test('a large call is noted while it is decoded, a small one never', () => {
  const path = newLane()
  writeSegment(path, 't0', 1, [
    [openHead('small'), '{}'],
    [closeHead('small'), '{}'],
    [openHead('large'), '{}'],
    [closeHead('large'), ' '.repeat(1024 * 1024)],
  ])
  const noted: [string, boolean][] = []
  ship(path, (id) => noted.push([id, existsSync(join(path, 'file.peril'))]))
  expect(noted).toEqual([
    ['small', false],
    ['large', true],
  ])
})

test.each(['', '{"half', '[1,2]', '{}'])('a broken note (%j) is none', (text) => {
  const path = newLane()
  writeFileSync(join(path, 'file.peril'), text)
  expect(openPeril(path, 'file').enter('a')).toBe(false)
})
