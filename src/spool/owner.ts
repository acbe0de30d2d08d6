// Who owns a lane, and whether that process still lives: pid alone is wrong in containers. Main thread (own identity) and
// worker (others'). On Linux start time, boot id and pid namespace decide; elsewhere, or across machines, a lease does.
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export interface Owner {
  readonly hostname: string
  readonly pid: number
  /** Start of the process in clock ticks since boot; `0` where unknown. */
  readonly startTime: string
  /** First eight hex digits of the kernel's boot id; empty where there is none. */
  readonly bootId: string
  /** Inode number of the pid namespace; empty where there is none. */
  readonly pidNamespace: string
}

/** The identity of this process. */
export function thisProcess(): Owner {
  // A /proc of another pid namespace (`unshare --pid` alone) tells of other processes than ours: then the lease decides.
  const isOwnProc = read('/proc/self/stat')?.startsWith(`${process.pid} `) ?? false
  return {
    hostname: hostname(),
    pid: process.pid,
    startTime: (isOwnProc ? startTimeOf(process.pid) : null) ?? '0',
    bootId: (read('/proc/sys/kernel/random/boot_id') ?? '').slice(0, 8),
    pidNamespace: isOwnProc ? readNamespace() : '',
  }
}

/** A lane without a sign of life for this long is dead, when nothing better can be known. */
export const LEASE_MS = 120_000
/** The owner renews it this often, in seconds. */
export const RENEW_S = 15

/** Tells whether `owner` lives. `beatMs` gives the epoch time of the lane's last heartbeat; it is asked where nothing better is known. */
export function isAlive(owner: Owner, self: Owner, beatMs: number | (() => number), nowMs: number): boolean {
  const isVisible =
    self.bootId !== '' &&
    self.pidNamespace !== '' &&
    owner.bootId === self.bootId &&
    owner.pidNamespace === self.pidNamespace
  if (isVisible) return startTimeOf(owner.pid) === owner.startTime
  if (owner.hostname === self.hostname && self.bootId === '' && !pidExists(owner.pid)) return false
  return Math.abs(nowMs - (typeof beatMs === 'number' ? beatMs : beatMs())) < LEASE_MS
}

/** Field 22 of /proc/<pid>/stat, behind the command name, which may hold spaces and parentheses. A zombie has ended. */
function startTimeOf(pid: number): string | null {
  // Most that are asked about have ended, and an error costs more than a look.
  const stat = existsSync(`/proc/${pid}`) ? read(`/proc/${pid}/stat`) : null
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return null
  return fields[19] ?? null
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function readNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')
  } catch {
    return '' // not Linux, or a hardened /proc: the lease decides
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // gone, or not Linux
  }
}
