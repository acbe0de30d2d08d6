// Does the process that made a lane's calls still run? In: the facts of `lane.json`. Out: yes or no. A pid alone does not tell:
// pids come again, and containers have their own. On Linux start time, boot and pid namespace decide; else a lease does.
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { LaneInfo } from '../frame.ts'

/** The spool's writers touch their lane more often than this. */
const LEASE_MS = 120_000

/** `seenMs`: when the lane last changed. Unknown facts count as alive while the lane changes. */
export function isOwnerAlive(info: Partial<LaneInfo> | null, seenMs: number, nowMs: number): boolean {
  const pid = info?.pid ?? 0
  if (info?.bootId && info.bootId === bootId() && (info.pidNamespace ?? '') === pidNamespace())
    return startTimeOf(pid) === info.startTime
  if (info?.hostname === hostname() && !info.bootId && pid > 0) return pidExists(pid)
  return nowMs - seenMs < LEASE_MS
}

/** Field 22 of /proc/<pid>/stat, behind the command's name, which may hold spaces and parentheses. A zombie has ended. */
export function startTimeOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

/** First eight hex digits of the kernel's boot id, as lanes carry it; empty where there is none. */
export function bootId(): string {
  return (read('/proc/sys/kernel/random/boot_id') ?? '').slice(0, 8)
}

/** Inode number of the pid namespace; empty where there is none. */
export function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')
  } catch {
    return '' // not Linux
  }
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it lives, under another user
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // gone, or not Linux
  }
}
