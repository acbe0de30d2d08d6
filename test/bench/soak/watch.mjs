// Looks every two seconds at the memory of the programs and at the size of the spool.
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const EVERY_MS = 2000

/** Gives `{ samples, stop }`; a sample is `{ s, mb, bareMb, spoolMb }`, the memory of two programs given by functions that name their pids. */
export function watch(pidOf, barePidOf, folder) {
  const samples = []
  const beganMs = performance.now()
  const timer = setInterval(() => {
    const [mb, bareMb] = [residentMb(pidOf()), residentMb(barePidOf())]
    if (mb === null || bareMb === null) return
    samples.push({ s: Math.round((performance.now() - beganMs) / 1000), mb, bareMb, spoolMb: bytesBelow(folder) / 1e6 })
  }, EVERY_MS)
  return { samples, stop: () => clearInterval(timer) }
}

function residentMb(pid) {
  if (pid === undefined) return null
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } catch {
    return null // it has just ended
  }
}

/** Bytes in all files of a folder; what goes while it is read counts nothing. */
export function bytesBelow(folder) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.reduce((sum, entry) => {
      const path = join(folder, entry.name)
      return sum + (entry.isDirectory() ? bytesBelow(path) : lstatSync(path).size)
    }, 0)
  } catch {
    return 0
  }
}
