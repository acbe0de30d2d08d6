// The shipper's start: wires tail → decode → batch → destinations for the own lane and for those of dead processes. Worker.
import { randomBytes } from 'node:crypto'
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { isLocal } from '../destinations/destination.ts'
import { openDestination } from '../destinations/open.ts'
import { type Diagnostics, openDiagnostics } from '../diagnostics.ts'
import { mustNotTouchDisk } from '../options/options.ts'
import { addSecretNames } from '../secrets/names.ts'
import { type Bell, clockS, openBell } from '../spool/bell.ts'
import { createLane } from '../spool/lane.ts'
import { epochS } from '../spool/lost-lane.ts'
import type { ShipperData } from '../spool/shipper-thread.ts'
import { type Adopter, openAdopter } from './adopter.ts'
import { watchCaps } from './cap-watch.ts'
import { openCounted } from './counted.ts'
import { openDecoder } from './decoder.ts'
import type { Surroundings } from './lane-shipper.ts'
import { openMemoryIntake } from './memory.ts'
import { type OwnLane, shipOwnLane } from './own-lane.ts'
import { openSleep } from './sleep.ts'
import { openTarget, type Target } from './target.ts'

const TICK_MS = 1000
/** Nothing has come since the last tick: a process that makes no calls must not be woken for it. A sign of life is due sooner (`STALE_S`). */
const IDLE_TICK_MS = 4000
/** A part of a longer work was done. */
const SHORT_TICK_MS = 50
const ADOPT_MS = 30_000
const RENEW_MS = 15_000

/** Runs the shipper until its process ends. */
export async function runShipper(data: ShipperData, port: MessagePort): Promise<void> {
  const { root, options, info } = data
  addSecretNames(options.secretNames)
  const bell = openBell(data.shared)
  const diagnostics = openDiagnostics(options.logLevel, 'shipper')
  const targets = await openTargets(data, diagnostics)
  const countOnce = openCounted(root)
  const decode = await openDecoder(countOnce, diagnostics)
  const intake = openMemoryIntake({
    port,
    bell,
    laneName: data.laneName,
    lane() {
      bell.write('lease', epochS())
      return createLane(root, own.name(), info)
    },
    info,
    onBegun: (writer, number) => own.hold(writer, number),
    redacts: mustNotTouchDisk(options),
    decode: (call) => decode(call, info),
    forward: (frame) => own.push(frame),
  })
  const isEnding = (): boolean => bell.read('ending') === 1
  let hasSpilled = false
  let hurried = 0
  const spillAtEnd = (): void => {
    if (!hasSpilled) own.spill(true)
    hasSpilled = true
  }
  const around: Surroundings = {
    root,
    diagnostics,
    decode,
    countOnce,
    nap: openSleep(
      bell,
      targets.some(({ destination }) => isLocal(destination)),
    ),
    look: () => {
      const seen = { frames: bell.read('frames'), drainAsked: bell.read('drainAsked') }
      if (seen.drainAsked > hurried) adopter.hurry()
      hurried = seen.drainAsked
      if (isEnding()) own.renew()
      if (own.follow()) intake.leave()
      intake.takeAll()
      if (isEnding()) {
        intake.finish()
        own.backUp(true)
        spillAtEnd()
      }
      return seen
    },
    isEnding,
    onDrainServed: () => reportDrain(bell, own, adopter),
  }
  const own = shipOwnLane({ root, laneName: data.laneName, info, bell, targets }, around)
  // A program that is started again and again, and never runs for long, takes over a batch each time.
  const isLate = (): boolean => isEnding() && own.hasServed(bell.read('drainAsked'))
  const adopter = openAdopter({ data, targets, around, ownLane: data.laneName, isLate })
  diagnostics.log('debug', 'shipper started', {
    destinations: targets.map(({ destination }) => destination.name),
    lane: own.name(),
  })
  const capSpool = watchCaps(
    { root, self: data.owner, maxBytes: options.spoolMaxBytes, enforcer: randomBytes(4).toString('hex') },
    () => [...own.shippers, ...adopter.shippers()],
    diagnostics,
  )
  const isTimeToRenew = openTimer(RENEW_MS)
  const isTimeToAdopt = openTimer(ADOPT_MS)
  every(
    (isIdle) => {
      bell.write('beat', clockS())
      own.renew()
      if (own.follow()) intake.leave()
      const hasMore = own.backUp(isEnding())
      own.spill(isEnding())
      if (isTimeToRenew()) adopter.renew()
      capSpool(isIdle)
      if (!isTimeToAdopt()) return hasMore
      adopter.look()
      for (const { measured } of targets) measured?.adopt()
      for (const lane of own.shippers) lane.carry()
      return hasMore
    },
    bell,
    diagnostics,
  )
  // Counts first: a record that was counted and not noted as done comes again with its lane.
  for (const { measured } of targets) measured?.adopt()
  adopter.look()
}

async function openTargets(
  { exporters, options, root, laneName, owner }: ShipperData,
  diagnostics: Diagnostics,
): Promise<Target[]> {
  const names = exporters.filter((name) => name !== 'none')
  const opened = await Promise.all(names.map((name) => openDestination(name, { ...options, dir: root }, process.env)))
  for (const { name, warnings } of opened) {
    for (const warning of warnings) diagnostics.log('warn', `${name}: ${warning}`)
  }
  const own = { root, laneName, self: owner, diagnostics }
  return opened.map((destination) => openTarget(destination, own))
}

/** Tells who waits how far all pipelines have come. */
function reportDrain(bell: Bell, own: OwnLane, adopter: Adopter): void {
  const isEnding = bell.read('ending') === 1
  // At the end another's lane is left at the next batch: what is on its way must be noted first.
  if (adopter.isBetween() || (isEnding && adopter.isBusy())) return
  const lanes = [...own.shippers, ...adopter.shippers()]
  const served = Math.min(...lanes.flatMap((lane) => lane.states.map((state) => state.drainServed)))
  if (!Number.isFinite(served) || served <= bell.read('drainDone')) return
  if (isEnding) own.removeSettled()
  bell.write('drainDone', served)
  bell.wake('drainDone')
}

/** Referenced: it keeps the worker alive, which itself does not keep the process. What a disk refuses must not end it. `work` tells whether it has more to do. */
function every(work: (isIdle: boolean) => boolean, bell: Bell, diagnostics: Diagnostics): void {
  let frames = -1
  const tick = (): void => {
    const isIdle = bell.read('frames') === frames
    frames = bell.read('frames')
    let hasMore = false
    try {
      hasMore = work(isIdle)
    } catch (error) {
      diagnostics.once('tick', 'warn', 'looking after the spool failed', { error: String(error) })
    }
    setTimeout(tick, hasMore ? SHORT_TICK_MS : isIdle ? IDLE_TICK_MS : TICK_MS)
  }
  setTimeout(tick, TICK_MS)
}

/** True once in a while. */
function openTimer(ms: number): () => boolean {
  let atMs = performance.now() + ms
  return () => {
    const isTime = performance.now() >= atMs
    if (isTime) atMs = performance.now() + ms
    return isTime
  }
}

if (!isMainThread && parentPort !== null) await runShipper(workerData as ShipperData, parentPort)
