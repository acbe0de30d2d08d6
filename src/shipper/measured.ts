// Metrics: what has been delivered and not yet counted at the server lies in a file, so that a kill loses no count and whoever comes next
// counts it, once. In: delivered records. Out: metrics at intervals, at a drain and at the end. Worker.
import { randomBytes } from 'node:crypto'
import { unlinkSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Destination } from '../destinations/destination.ts'
import type { Meter, Noted } from '../destinations/meter.ts'
import type { Diagnostics } from '../diagnostics.ts'
import type { LaneRules } from '../frame.ts'
import type { Owner } from '../spool/owner.ts'
import { makePrivate } from '../spool/root.ts'
import type { BatchItem } from './item.ts'
import { append, claimed, quietly, readNoted } from './measured-files.ts'

/** The folder beside the lanes. */
const METRICS = 'metrics'
/** An exit waits for its records; its counts are on disk, and need not be waited for as long. */
const FLUSH_MAX_MS = 1000

export interface Measured {
  /** Counts delivered calls. Call it before they are noted as done: a kill between the two must not lose a count. */
  note(items: readonly Pick<BatchItem, 'id' | 'record'>[], resource: LaneRules['resource']): void
  /** Sends what has been counted; comes back when it was tried once. */
  flush(): Promise<void>
  /** Takes over what ended processes have counted and not sent. */
  adopt(): void
  close(): void
}

export interface MeasuredConfig {
  readonly root: string
  /** The name of the shipper's own lane: it tells who this is. */
  readonly laneName: string
  readonly self: Owner
  /** Counts go where their records went. */
  readonly fingerprint: string
  readonly meter: Meter
  readonly diagnostics: Diagnostics
}

/** What a shipper knows of itself. */
export type OwnFacts = Omit<MeasuredConfig, 'meter' | 'fingerprint'>

/** Opens the counts of a destination that wants them. */
export function measure({ meter, fingerprint }: Destination, own: OwnFacts): Measured | null {
  return meter ? openMeasured({ ...own, meter, fingerprint }) : null
}

/** Opens the counts of one destination. */
export function openMeasured(config: MeasuredConfig): Measured {
  const { meter, diagnostics } = config
  const folder = join(config.root, METRICS)
  const adopted = new Set<string>()
  /** Every file that this shipper has made or taken: what else bears its lane's name is its predecessor's. */
  const mine = new Set<string>()
  let files: string[] = []
  let current: string | null = null
  let isOff = false
  let sending: Promise<void> | null = null

  const nextFile = (): string => {
    const path = join(folder, `${config.laneName}~${randomBytes(4).toString('hex')}.ndjson`)
    mine.add(path)
    return path
  }
  const write = (noted: readonly Noted[]): void => {
    try {
      if (current === null) {
        for (const path of [dirname(folder), folder]) makePrivate(path)
        current = nextFile()
        files.push(current)
        append(current, { fingerprint: config.fingerprint })
      }
      for (const one of noted) append(current, one)
    } catch {
      // disk full or read-only: the counts are in memory, as everywhere else
    }
  }
  const send = async (): Promise<void> => {
    const done = files
    files = []
    current = null
    const { kind, reason } = await meter.send()
    if (kind === 'kept') {
      files = [...done, ...files]
      // For those who cannot see this process: it lives.
      for (const path of files) quietly(() => utimesSync(path, new Date(), new Date()))
      diagnostics.once('metrics_kept', 'info', `metrics cannot be sent now, they are kept: ${reason}`)
      return
    }
    for (const path of done) quietly(() => unlinkSync(path))
    if (kind === 'taken' && reason !== '')
      diagnostics.once('metrics_partial', 'warn', `metrics: the server says: ${reason}`)
    if (kind !== 'off') return
    isOff = true
    for (const path of files.splice(0)) quietly(() => unlinkSync(path))
    // Where the address is only implied, a backend without metrics is no fault of anybody.
    const level = meter.isAsked ? 'warn' : 'info'
    diagnostics.once(
      'metrics_off',
      level,
      `no metrics go to ${meter.address} (${reason}); OTEL_METRICS_EXPORTER=none ends the try`,
    )
  }
  const flush = async (isDue: boolean): Promise<void> => {
    if (sending !== null) await sending
    if (isOff || !(isDue || meter.hasNews)) return
    sending ??= send()
      .catch((error: unknown) => diagnostics.once('metrics', 'warn', 'metrics failed', { error: String(error) }))
      .finally(() => {
        sending = null
      })
    await sending
  }
  const timer = setInterval(() => void flush(meter.isRepeated), meter.intervalMs)
  timer.unref()

  return {
    note(items, resource) {
      if (isOff) return
      const records = items.filter(({ id }) => !adopted.has(id)).map((item) => item.record())
      const noted = meter.note(records, resource)
      write(noted)
      for (const one of noted) meter.add(one)
    },
    flush: () => Promise.race([flush(false), sleep(FLUSH_MAX_MS, undefined, { ref: false })]),
    adopt() {
      if (isOff) return
      for (const path of claimed(folder, { ...config, mine, nextFile })) {
        files.push(path)
        for (const one of readNoted(path)) {
          const facts = one.facts.filter(({ id }) => !adopted.has(id))
          for (const { id } of facts) adopted.add(id)
          meter.add({ ...one, facts })
        }
      }
    },
    close() {
      clearInterval(timer)
      meter.close()
    },
  }
}
