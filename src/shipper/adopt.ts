// Adoption: lanes whose owners have died are claimed, shipped and removed, several at once: one that cannot be delivered now must not
// keep the others. In: the root. Out: their records, delivered. Worker.
import { join } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import { claimLane, isClaimedBy, isDead, listLanes, removeLane } from '../spool/lane.ts'
import { listSegments, readLaneInfo } from '../spool/lane-facts.ts'
import type { Owner } from '../spool/owner.ts'
import { LANES } from '../spool/root.ts'

/** Lanes shipped side by side: most hold a call or two, and their records share requests. */
const MAX_AT_ONCE = 48
/** Lanes looked at in one go: thousands of them may be other programs'. */
const PORTION = 64

export interface Adoption {
  readonly root: string
  readonly self: Owner
  /** Name of the shipper's own lane: what it has claimed bears its mark. */
  readonly ownLane: string
  /** Only lanes with the same destination and key: another key's records are another's. */
  readonly fingerprint: string
  /** Names of lanes that were found to be another destination's; kept from one look to the next. */
  readonly foreign: Set<string>
  /** Ships the claimed lanes of one process to their end; true for those that were shipped whole. */
  ship(lanes: readonly ClaimedLane[]): Promise<readonly boolean[]>
  /** False while so much waits for the destinations that another lane would only fill memory. */
  hasRoom(): boolean
  /** Between portions, each of which took `tookMs` of the thread. */
  rest(tookMs: number): Promise<void>
  isStopped(): boolean
}

export interface ClaimedLane {
  readonly name: string
  readonly path: string
  readonly info: LaneInfo
}

/** Ships all dead lanes. Returns how many were shipped whole. */
export async function adoptDeadLanes(adoption: Adoption): Promise<number> {
  const { root, isStopped } = adoption
  const running = new Set<Promise<void>>()
  let shipped = 0
  let looked = 0
  let beganMs = performance.now()
  const shipGroup = async (lanes: readonly ClaimedLane[]): Promise<void> => {
    const whole = await adoption.ship(lanes)
    for (const lane of lanes.filter((_, index) => whole[index])) {
      removeLane(root, lane.name)
      shipped++
    }
  }
  for (const names of groupByProcess(adoption)) {
    if (isStopped()) break
    const lanes = names.flatMap((name) => claim(name, adoption) ?? [])
    if (lanes.length > 0) {
      const one: Promise<void> = shipGroup(lanes).finally(() => running.delete(one))
      running.add(one)
      while (running.size >= MAX_AT_ONCE || (running.size > 0 && !adoption.hasRoom())) await Promise.race(running)
      beganMs = performance.now()
    }
    looked += names.length
    if (looked % PORTION > 0 && names.length < PORTION) continue
    await adoption.rest(performance.now() - beganMs)
    beganMs = performance.now()
  }
  await Promise.all(running)
  return shipped
}

/**
 * A process may have left several lanes, and a call may begin in one of them and end in the next. Ten thousand names are gone through: by their
 * text, which is the same but for its last part.
 */
function groupByProcess({ root }: Adoption): Iterable<readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const name of listLanes(root)) {
    const key = processOf(name)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [name])
    else group.push(name)
  }
  return groups.values()
}

const CLAIMED = /-z[0-9a-f]+\.lane$/

/** Lanes that a shipper had claimed before it died are those of many processes, under its own name: each stands alone. */
function processOf(name: string): string {
  const end = name.lastIndexOf('-')
  return name[end + 1] === 'z' && CLAIMED.test(name) ? name : name.slice(0, end)
}

function claim(name: string, adoption: Adoption): ClaimedLane | null {
  const { root, self, ownLane, fingerprint, foreign } = adoption
  const path = join(root, LANES, name)
  if (isClaimedBy(name, ownLane)) {
    // By the shipper that ran before this one and died.
    const info = readLaneInfo(path)
    return info === null ? null : { name, path, info }
  }
  if (foreign.has(name) || !isDead(root, name, self, Date.now())) return null
  if (isEmpty(path)) {
    removeLane(root, name) // delivered to its end, or killed before its first frame; whoever's it was
    return null
  }
  const before = readLaneInfo(path)
  if (before !== null && before.fingerprint !== fingerprint) foreign.add(name)
  if (before === null || before.fingerprint !== fingerprint) return null
  const claimed = claimLane(root, name, self, ownLane, before)
  const taken = claimed === null ? '' : join(root, LANES, claimed)
  return claimed === null ? null : { name: claimed, path: taken, info: before }
}

function isEmpty(lane: string): boolean {
  try {
    return listSegments(lane).length === 0
  } catch {
    return false // it cannot be read now
  }
}
