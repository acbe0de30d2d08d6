// What is known of the spool's lanes and of the calls in them that have no record yet: data alone.
import type { CloseHead, LaneInfo, OpenHead } from '../frame.ts'
import type { ReadFrames } from './frames.ts'
import type { Table } from './table.ts'

interface Lane {
  info: Partial<LaneInfo> | null
  isAlive: boolean
}

export interface Segment {
  readonly path: string
  readonly lane: Lane
  end: number
  size: number
  mtimeMs: number
}

export interface Lanes {
  readonly folder: string
  readonly table: Table
  readonly readFrames: ReadFrames
  readonly lanes: Map<string, Lane>
  readonly segments: Map<string, Segment>
  readonly calls: Map<string, LiveCall>
}

/** A call without record. `open` is null when its frame holds a finished record of its own. */
export interface LiveCall {
  readonly segment: Segment
  readonly bodyAt: number
  readonly bodyBytes: number
  readonly open: OpenHead | null
  close: CloseHead | null
  /** Whether its process lived when the row was last written. */
  wasAlive: boolean
}
