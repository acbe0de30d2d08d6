// What `neatlogs ship` says in the end. In: what was settled and what still lies on disk. Out: lines. Pure.
import { join } from 'node:path'
import type { LaneBacklog } from '../../shipper/backlog.ts'
import type { ShipOnceResult } from '../../shipper/ship-once.ts'
import { parseLaneName } from '../../spool/lane.ts'
import type { Owner } from '../../spool/owner.ts'

export interface Left {
  /** Lanes with undelivered calls whose process has ended, or that this command has taken over. */
  readonly dead: readonly LaneBacklog[]
  /** Lanes of programs that run, or of other machines and containers that may. */
  readonly running: readonly LaneBacklog[]
}

/** Calls that this destination is to get. */
export function matching(lanes: readonly LaneBacklog[], fingerprint: string): number {
  const ours = lanes.filter((lane) => lane.isDead && lane.info?.fingerprint === fingerprint)
  return ours.reduce((sum, lane) => sum + lane.callCount, 0)
}

export function leftOf(lanes: readonly LaneBacklog[], self: Owner): Left {
  const waiting = lanes.filter((lane) => lane.callCount > 0)
  const isTaken = (lane: LaneBacklog): boolean => parseLaneName(lane.name)?.pid === self.pid
  return {
    dead: waiting.filter((lane) => lane.isDead || isTaken(lane)),
    running: waiting.filter((lane) => !lane.isDead && !isTaken(lane)),
  }
}

export interface Summary {
  readonly root: string
  readonly settled: ShipOnceResult['settled']
  readonly damagedCount?: number
  readonly left: Left
  readonly problem: string | null
  readonly fingerprint: string
}

/** Makes the lines: what was delivered, refused, left and why. */
export function summaryOf({ root, settled, damagedCount = 0, left, problem, fingerprint }: Summary): string {
  const ours = left.dead.filter((lane) => lane.info?.fingerprint === fingerprint)
  const others = left.dead.filter((lane) => lane.info?.fingerprint !== fingerprint)
  const lines = [`delivered ${records(settled.delivered)} to ${withoutHash(fingerprint)}`]
  if (settled.rejected > 0) {
    lines.push(`refused for good ${records(settled.rejected)}: kept in ${join(root, 'rejected.ndjson')}`)
  }
  if (damagedCount > 0) {
    const places = `${damagedCount} ${damagedCount === 1 ? 'place' : 'places'}`
    lines.push(`damaged ${places} of segments: passed over, what lay there is lost`)
  }
  if (settled.dropped > 0) lines.push(`lost ${records(settled.dropped)}: dropped by the caps, or not readable`)
  if (ours.length > 0)
    lines.push(`left ${records(sum(ours))}: ${problem ?? 'their lane cannot be read (NEATLOGS_DEBUG=1 says why)'}`)
  for (const lane of others) {
    const where =
      lane.info === null ? 'lane.json cannot be read' : `another key or address: ${withoutHash(lane.info.fingerprint)}`
    lines.push(`left alone ${records(lane.callCount)} of ${lane.info?.service ?? 'an unknown program'} (${where})`)
  }
  if (left.running.length > 0) {
    lines.push(`not taken ${records(sum(left.running))}: their programs still run, or may, and ship them themselves`)
  }
  return `${lines.join('\n')}\n`
}

function sum(lanes: readonly LaneBacklog[]): number {
  return lanes.reduce((count, lane) => count + lane.callCount, 0)
}

function records(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'record' : 'records'}`
}

/** `neatlogs:https://…/v1/traces#3f0c2b9a1d5e` → `neatlogs:https://…/v1/traces`. */
function withoutHash(fingerprint: string): string {
  return fingerprint.replace(/#[0-9a-f]+/g, '')
}
