// Frames of made-up calls, and a lane in a folder of its own, for the unit tests of spool and shipper.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CloseHead, FrameBody, FrameHead, OpenHead, PartHead } from '../../../src/frame.ts'
import { appendFrame, closeSegment, openSegment } from '../../../src/spool/segment.ts'

export const newLane = (): string => mkdtempSync(join(tmpdir(), 'neatlogs-unit-'))

export const openHead = (id: string): OpenHead => ({
  t: 'open',
  id,
  at: 1,
  provider: 'openai',
  sdk: null,
  verb: 'POST',
  url: 'http://127.0.0.1/v1/chat/completions',
  body: 'json',
})
export const partHead = (id: string): PartHead => ({ t: 'part', id })
export const closeHead = (id: string): CloseHead => ({ t: 'close', id, status: 'ok', ms: 1, attempts: [] })

/** Writes a whole segment. */
export function writeSegment(
  lane: string,
  writer: string,
  number: number,
  frames: readonly (readonly [FrameHead, FrameBody?])[],
): void {
  const segment = openSegment(lane, writer, number)
  for (const [head, body] of frames) appendFrame(segment, head, body)
  closeSegment(segment)
}
