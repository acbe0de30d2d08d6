// Spool lanes as a live process writes them, for tests and screenshots. In: open and close heads, bodies. Out: segment files.
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { FrameHead, LaneInfo } from '../../../src/frame.ts'

export interface TestLane {
  readonly path: string
  append(head: FrameHead, body?: string): void
  remove(): void
}

/** Makes a lane that belongs to this process, or to another pid. */
export function makeLane(dir: string, info: Partial<LaneInfo> = {}, pid = process.pid): TestLane {
  const path = join(dir, 'lanes', `${hostname()}-${pid}-a1b2c3.lane`)
  const segment = join(path, '00000001.seg')
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
  return {
    path,
    append: (head, body = '') => {
      const line = JSON.stringify({ bytes: Buffer.byteLength(body), ...head })
      appendFileSync(segment, `${line}\n${body}\n`)
    },
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
