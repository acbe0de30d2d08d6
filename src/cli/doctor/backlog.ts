// Doctor, backlog: what waits on disk, for whom, and what was refused for good. Out: findings.
import { join } from 'node:path'
import { openReading } from '../../private-file.ts'
import { type LaneBacklog, listBacklog } from '../../shipper/backlog.ts'
import type { Owner } from '../../spool/owner.ts'
import { oneLine } from './destination.ts'
import { type Finding, say } from './finding.ts'
import type { Code } from './messages.ts'
import { ageText, countText, sizeText } from './size.ts'

export async function checkBacklog(root: string, self: Owner, fingerprint: string): Promise<Finding[]> {
  const now = Date.now()
  const lanes = listBacklog(root, self, now)
  const lostCount = lanes.reduce((sum, lane) => sum + lane.lostCount, 0)
  const waiting = lanes.filter((lane) => lane.callCount > 0)
  const ended = waiting.filter((lane) => lane.isDead)
  const findings = [
    ...group(
      'BACKLOG_RUNNING',
      waiting.filter((lane) => !lane.isDead),
      now,
    ),
    ...group(
      'BACKLOG_ENDED',
      ended.filter((lane) => lane.info?.fingerprint === fingerprint),
      now,
    ),
  ]
  const others = ended.filter((lane) => lane.info?.fingerprint !== fingerprint)
  for (const other of new Set(others.map((lane) => lane.info?.fingerprint))) {
    const where = other?.replace(/#[0-9a-f]+/g, ' with another key') ?? 'an unknown destination'
    findings.push(
      ...group(
        'BACKLOG_OTHER',
        others.filter((lane) => lane.info?.fingerprint === other),
        now,
        where,
      ),
    )
  }
  if (findings.length === 0) findings.push(say('BACKLOG_NONE'))
  if (lostCount > 0) findings.push(say('DROPPED', { calls: countText(lostCount, 'call') }))
  return [...findings, ...(await checkRejected(join(root, 'rejected.ndjson')))]
}

function group(code: Code, lanes: readonly LaneBacklog[], now: number, where = ''): Finding[] {
  if (lanes.length === 0) return []
  const oldest = Math.min(...lanes.map((lane) => lane.oldestMs ?? now))
  const sum = (of: (lane: LaneBacklog) => number): number => lanes.reduce((total, lane) => total + of(lane), 0)
  return [
    say(code, {
      calls: countText(
        sum((lane) => lane.callCount),
        'call',
      ),
      lanes: lanes.length,
      bytes: sizeText(sum((lane) => lane.bytes)),
      age: ageText(now - oldest),
      where,
    }),
  ]
}

async function checkRejected(path: string): Promise<Finding[]> {
  const file = await openReading(path).catch(() => null) // nothing was refused, or a link or a pipe lies there
  if (file === null) return []
  let count = 0
  let last = ''
  for await (const line of file.readLines()) {
    count++
    last = line
  }
  const { status, answer } = parse(last)
  const values = { count, path, status: `HTTP ${status ?? '-'}`, answer: oneLine(String(answer ?? '')) }
  return [say('REJECTED', values)]
}

function parse(line: string): { status?: unknown; answer?: unknown } {
  try {
    return JSON.parse(line) as { status?: unknown; answer?: unknown }
  } catch {
    return {} // cut by a full disk
  }
}
