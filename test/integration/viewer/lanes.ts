// Spool lanes as a live process writes them, by the spool's own writer, for tests and screenshots. In: heads and bodies of
// frames. Out: segment files.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { FrameHead, LaneInfo } from '../../../src/frame.ts'
import { appendFrame, openSegment } from '../../../src/spool/segment.ts'

export interface TestLane {
  /** Its one segment file. */
  readonly segment: string
  append(head: FrameHead, body?: string): void
  remove(): void
}

/** Makes a lane that belongs to this process, or to another pid. */
export function makeLane(dir: string, info: Partial<LaneInfo> = {}, pid = process.pid): TestLane {
  const path = join(dir, 'lanes', `${hostname()}-${pid}-a1b2c3.lane`)
  mkdirSync(path, { recursive: true })
  const facts = {
    v: 1,
    pid,
    hostname: hostname(),
    service: 'support-bot',
    traceId: 'trace-live',
    tags: ['prod'],
    ...info,
  }
  writeFileSync(join(path, 'lane.json'), JSON.stringify(facts))
  const segment = openSegment(path, 't0', 1)
  return {
    segment: segment.path,
    append: (head, body) => appendFrame(segment, head, body),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** An open frame of a chat call. */
export function openHead(id: string, atMs: number, traceId?: string): FrameHead {
  return {
    t: 'open',
    id,
    at: atMs,
    provider: 'openai',
    sdk: '6.49.0',
    verb: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    body: 'json',
    ...(traceId === undefined ? {} : { ctx: { traceId } }),
  }
}
