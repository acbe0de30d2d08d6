// A lane as an older version left it when somebody had tidied up: nothing in it says whose it is.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FrameHead } from '../../../src/frame.ts'
import { readFrames } from '../../../src/spool/read.ts'

const NEWLINE = Buffer.from('\n')

/** Takes the facts out of a lane, whose frames stay whole. */
export function forgetFacts(lane: string): void {
  rmSync(join(lane, 'lane.json'))
  for (const name of readdirSync(lane).filter((one) => one.endsWith('.seg'))) {
    const path = join(lane, name)
    writeFileSync(path, withoutFacts(readFileSync(path)))
  }
}

function withoutFacts(segment: Buffer): Buffer {
  const parts = readFrames(segment).frames.flatMap(({ head, start, end }) => {
    const { lane: _, ...rest } = head as FrameHead & { readonly lane?: unknown }
    const line = `{"bytes":${end - start},${JSON.stringify(rest).slice(1)}`
    return [Buffer.from(line), NEWLINE, segment.subarray(start, end), NEWLINE]
  })
  return Buffer.concat(parts)
}
