// The facts of a lane: whose records it holds, and by which rules. In: its folder. Out: what `lane.json` says, or the first frames of its
// segments. Worker, and the command line.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import { parseJson } from '../originals.ts'
import { isGone, readBegin, readText } from '../private-file.ts'
import { LANE_INFO } from './lane.ts'
import { readFrames } from './read.ts'

/** The same facts again, in lanes of older versions; now the first frame of each segment has them. */
const LANE_COPY = 'lane.copy.json'
/** Begin of a segment that is searched for the facts. */
const FACTS_MAX_BYTES = 256 * 1024

/**
 * The facts of a lane, or null when they are missing or not ours to read. Somebody may have tidied up, a crash left the file empty, a taker died
 * between two files: the frames themselves say whose they are.
 */
export function readLaneInfo(lane: string): LaneInfo | null {
  return readFacts(join(lane, LANE_INFO)) ?? readFacts(join(lane, LANE_COPY)) ?? factsInSegments(lane)
}

function readFacts(path: string): LaneInfo | null {
  try {
    return checkFacts(parseJson(readText(path)))
  } catch {
    return null // half made, or taken by another adopter in this moment
  }
}

function checkFacts(value: unknown): LaneInfo | null {
  const info = value as LaneInfo | null | undefined
  return info?.v === 1 && typeof info.traceId === 'string' ? info : null
}

function factsInSegments(lane: string): LaneInfo | null {
  try {
    for (const name of listSegments(lane)) {
      const { frames } = readFrames(readBegin(join(lane, name), FACTS_MAX_BYTES))
      for (const { head } of frames) {
        const info = checkFacts((head as { readonly lane?: unknown }).lane)
        if (info !== null) return info
      }
    }
  } catch {
    // it cannot be read now
  }
  return null
}

/** Names of a lane's segment files. Throws where it cannot be told now: a lane that cannot be read is not an empty one. */
export function listSegments(lane: string): readonly string[] {
  try {
    return readdirSync(lane).filter((name) => name.endsWith('.seg'))
  } catch (error) {
    if (!isGone(error)) throw error
    return [] // removed meanwhile
  }
}
