// A lane: the folder of one process's segments. Its name tells who owns it now, so that a claim is one atomic rename; its
// `lane.json` tells whose records they are. Main thread (create, renew) and worker (list, claim, renew).

import { existsSync, readdirSync, rmdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import { toJson } from '../originals.ts'
import { moveTo, writeNew } from '../private-file.ts'
import { moveLane } from './move-lane.ts'
import { isAlive, type Owner } from './owner.ts'
import { LANES, makePrivate, mendPrivate } from './root.ts'

export const LANE_INFO = 'lane.json'
const LANE_NAME = /^(.*)-(\d+)-(\d+)-([0-9a-f]*)-(\d*)-([0-9a-z]+)\.lane$/

/** A name for the lane of a process, random because pids come back: `<host>-<pid>-<start>-<boot>-<namespace>-<random>.lane`. */
export function newLaneName(owner: Owner): string {
  return laneName(owner, randomHex())
}

/** Not imported: see hook/builtins.ts. */
function randomHex(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex')
}

function laneName(owner: Owner, random: string): string {
  const host = owner.hostname.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 80)
  return `${host}-${owner.pid}-${owner.startTime}-${owner.bootId}-${owner.pidNamespace}-${random}.lane`
}

/** The lane that follows after `lostCount` folders of this name were taken away. */
export function successorLane(name: string, lostCount: number): string {
  return lostCount === 0 ? name : name.replace(/\.lane$/, `x${lostCount}.lane`)
}

/** The owner that a lane's name tells, or null for a foreign name. */
export function parseLaneName(name: string): Owner | null {
  const match = LANE_NAME.exec(name)
  if (match === null) return null
  const [, hostname = '', pid = '0', startTime = '0', bootId = '', pidNamespace = ''] = match
  return { hostname, pid: Number(pid), startTime, bootId, pidNamespace }
}

/** Makes the lane's folder with its facts. Another thread of the process may have made it: then nothing is changed. */
export function createLane(root: string, name: string, info: LaneInfo): string {
  makePrivate(root)
  makePrivate(join(root, LANES))
  const lane = join(root, LANES, name)
  makePrivate(lane)
  // Whole or absent: a kill within the write must not leave a lane that nobody can tell the owner of.
  const half = join(lane, `${LANE_INFO}.${randomHex()}`)
  try {
    writeNew(half, toJson(info))
    moveTo(half, join(lane, LANE_INFO))
  } catch (error) {
    // A full disk: nothing may stay of what would be tried again and again.
    rmSync(half, { force: true })
    removeEmpty(lane)
    throw error
  }
  return lane
}

/** True for a folder that has its facts: one that a full disk refused them is no lane, and not lost when it goes. */
export function isMade(lane: string): boolean {
  return existsSync(join(lane, LANE_INFO))
}

function removeEmpty(lane: string): void {
  try {
    rmdirSync(lane)
  } catch {
    // another thread has made it meanwhile
  }
}

/** Renews the lane's lease, a sign of life for those who cannot see this process. False when the lane is gone. */
export function renewLease(lane: string): boolean {
  try {
    const now = new Date()
    utimesSync(join(lane, LANE_INFO), now, now)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT' // read-only or full: still there
  }
}

/** Names of all lanes of a root. */
export function listLanes(root: string): readonly string[] {
  try {
    return readdirSync(join(root, LANES)).filter((name) => name.endsWith('.lane'))
  } catch {
    return [] // no spool yet
  }
}

/** True when a lane's owner has ended. Never for a lane of this process. */
export function isDead(root: string, name: string, self: Owner, nowMs: number): boolean {
  const owner = parseLaneName(name)
  if (owner === null || isSame(owner, self)) return false
  try {
    const lane = join(root, LANES, name)
    mendPrivate(lane)
    return !isAlive(owner, self, () => beatOf(lane), nowMs)
  } catch {
    return false // a link, someone else's, or gone: not ours to take
  }
}

function isSame(a: Owner, b: Owner): boolean {
  return a.pid === b.pid && a.startTime === b.startTime && a.bootId === b.bootId && a.pidNamespace === b.pidNamespace
}

function beatOf(lane: string): number {
  try {
    return statSync(join(lane, LANE_INFO)).mtimeMs
  } catch {
    return statSync(lane).mtimeMs
  }
}

/**
 * Takes a dead lane by one rename. Returns its new name, or null when another was faster. The name holds the claimer's own lane:
 * a process may have several shippers, and one that is started again takes up what its former self has claimed. `info`: the lane's facts.
 */
export function claimLane(root: string, name: string, self: Owner, ownLane: string, info: LaneInfo): string | null {
  const taken = laneName(self, `${claimMark(ownLane)}${randomHex()}`)
  const lane = join(root, LANES, name)
  const to = join(root, LANES, taken)
  try {
    // Before the rename: a claim whose lease looks old would be claimed again at once.
    if (!renewLease(lane)) writeNew(join(lane, LANE_INFO), toJson(info))
    moveTo(lane, to)
    return taken
  } catch (error) {
    // Else another adopter has it.
    return (error as NodeJS.ErrnoException).code === 'EXDEV' ? moveLane(lane, to, LANE_INFO) : null
  }
}

/** True for a lane that a shipper of `ownLane` has claimed. */
export function isClaimedBy(name: string, ownLane: string): boolean {
  const parts = name.split('-')
  return parts.at(-1)?.startsWith(claimMark(ownLane)) ?? false
}

/** `z` is no hex digit, and no lane's own random part begins with it. */
function claimMark(ownLane: string): string {
  return `z${ownLane.split('-').at(-1)?.slice(0, 8)}`
}

/** Removes a lane with all that is in it. */
export function removeLane(root: string, name: string): void {
  rmSync(join(root, LANES, name), { recursive: true, force: true })
}
