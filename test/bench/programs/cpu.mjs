// CPU of a part of a program: microseconds of the main thread, and of all threads. Node 22 has no `process.threadCpuUsage`; Linux knows.
import { readFileSync } from 'node:fs'

/** Begins to measure; gives a function that says what was used since. */
export function startCpu() {
  const [main, all] = [mainUs(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(all)
    return { mainUs: mainUs() - main, allUs: user + system }
  }
}

function mainUs() {
  if (process.threadCpuUsage !== undefined) {
    const { user, system } = process.threadCpuUsage()
    return user + system
  }
  // Nanoseconds on a processor come first.
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1000
}
