// The segment files of a lane by their names. In: its folder. Out: writer and number of each, in reading order. Worker.
import { readdirSync } from 'node:fs'

const SEGMENT_NAME = /^([twm]\d+|x[0-9a-f]+|c[a-z]+)-(\d+)\.seg$/

export interface SegmentFile {
  readonly name: string
  /**
   * Writer (`t0`, `t3`: threads; `w0`: the shipper; `cfile`: carried over for a destination; `x5f`: notes of what the cap took)
   * and its running number. `m0`: what came by message, see spill.ts.
   */
  readonly writer: string
  readonly number: number
}

/** Carried-over frames (`c…`) first, then by writer and number: an open comes before its close. */
export function listSegmentFiles(lane: string): readonly SegmentFile[] {
  const found = readNames(lane).flatMap((name) => {
    const match = SEGMENT_NAME.exec(name)
    return match ? [{ name, writer: match[1] as string, number: Number(match[2]) }] : []
  })
  return found.sort((a, b) => (a.writer === b.writer ? a.number - b.number : a.writer < b.writer ? -1 : 1))
}

function readNames(lane: string): readonly string[] {
  try {
    return readdirSync(lane)
  } catch {
    return [] // not made yet, or taken over: what is open is still read
  }
}
