// A lane: the folder of one process's segments. Its name tells who owns it now, so that a claim is one atomic rename; its
// `lane.json` tells whose records they are. Main thread (create) and worker (list, claim, beat).
import { lstatSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import { isAlive, type Owner } from './owner.ts'
import { checkPrivate, LANES, makePrivate } from './root.ts'

const LANE_INFO = 'lane.json'
const LANE_NAME = /^(.*)-(\d+)-(\d+)-([0-9a-f]*)-(\d*)-([0-9a-z]+)\.lane$/
const PRIVATE_FILE = 0o600

/** `<host>-<pid>-<start>-<boot>-<namespace>-<random>.lane`. */
export function laneName(owner: Owner, random: string): string {
  const host = owner.hostname.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 80)
  return `${host}-${owner.pid}-${owner.startTime}-${owner.bootId}-${owner.pidNamespace}-${random}.lane`
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
  try {
    writeFileSync(join(lane, LANE_INFO), JSON.stringify(info), { flag: 'wx', mode: PRIVATE_FILE })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return lane
}

/** The facts of a lane, or null when they are missing or not ours to read. */
export function readLaneInfo(lane: string): LaneInfo | null {
  try {
    const info = JSON.parse(readFileSync(join(lane, LANE_INFO), 'utf8')) as LaneInfo
    return info.v === 1 && typeof info.traceId === 'string' ? info : null
  } catch {
    return null // half made, or taken by another adopter in this moment
  }
}

/** A sign of life for those who cannot see this process. */
export function beat(lane: string): boolean {
  try {
    const now = new Date()
    utimesSync(join(lane, LANE_INFO), now, now)
    return true
  } catch {
    return false // taken over, or the disk is gone
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

/** True when a lane's owner has ended. */
export function isDead(root: string, name: string, self: Owner, nowMs: number): boolean {
  const owner = parseLaneName(name)
  if (owner === null) return false
  if (owner.pid === self.pid && owner.startTime === self.startTime && owner.bootId === self.bootId) return false
  try {
    checkPrivate(join(root, LANES, name))
    return !isAlive(owner, self, beatOf(join(root, LANES, name)), nowMs)
  } catch {
    return false // a link, someone else's, or gone: not ours to take
  }
}

function beatOf(lane: string): number {
  try {
    return statSync(join(lane, LANE_INFO)).mtimeMs
  } catch {
    return lstatSync(lane).mtimeMs
  }
}

/** Takes a dead lane by one rename. Returns its new folder, or null when another was faster. */
export function claimLane(root: string, name: string, self: Owner, random: string): string | null {
  const taken = join(root, LANES, laneName(self, random))
  try {
    renameSync(join(root, LANES, name), taken)
    beat(taken)
    return taken
  } catch {
    return null // another adopter has it
  }
}
