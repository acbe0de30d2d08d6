// The shipper's start: wires tail → decode → batch → destinations for the own lane and for those of dead processes. Worker.
import { join } from 'node:path'
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { type Destination, openDestination } from '../destinations/destination.ts'
import { openDiagnostics } from '../diagnostics.ts'
import { openBell } from '../spool/bell.ts'
import { beat, createLane } from '../spool/lane.ts'
import { LANES } from '../spool/root.ts'
import type { ShipperData } from '../spool/shipper-thread.ts'
import { adoptDeadLanes } from './adopt.ts'
import { enforceCap } from './cap.ts'
import { openDecoder } from './decoder.ts'
import { type LaneShipper, type Surroundings, shipLane } from './lane-shipper.ts'
import { openMemoryIntake } from './memory.ts'
import { openSleep } from './sleep.ts'

const TICK_MS = 1000
const ADOPT_EVERY_TICKS = 30
const BEAT_EVERY_TICKS = 15
const CAP_EVERY_TICKS = 5

/** Runs the shipper until its process ends. */
export async function runShipper(data: ShipperData, port: MessagePort): Promise<void> {
  const { root, options, owner, info } = data
  const bell = openBell(data.shared)
  const diagnostics = openDiagnostics(options.logLevel, 'shipper')
  const destinations = await openDestinations(data)
  for (const { name, warnings } of destinations) {
    for (const warning of warnings) diagnostics.log('warn', `${name}: ${warning}`)
  }
  const decode = await openDecoder(options, diagnostics)
  const sleep = openSleep(bell)
  const lanePath = (lost: number): string => join(root, LANES, `${data.laneName.slice(0, -5)}${lost || ''}.lane`)
  let lost = bell.read('laneLost')
  const own: LaneShipper[] = []

  const reportDrain = (): void => {
    const states = own.flatMap((lane) => lane.states)
    const served = Math.min(...states.map((state) => state.drainServed))
    if (served <= bell.read('drainDone')) return
    if (bell.read('ending') === 1 && own.every((lane) => lane.isSettled())) for (const lane of own) lane.remove()
    bell.write('drainDone', served)
    bell.wake('drainDone')
  }
  const intake = openMemoryIntake({
    port,
    bell,
    info,
    lane: () => createLane(root, lanePath(lost).slice(join(root, LANES).length + 1), info),
    redacts: options.redact.length > 0 || !options.captureContent,
    decode,
    forward: (frame) => own.at(-1)?.push(frame),
  })
  const around: Surroundings = {
    root,
    diagnostics,
    decode,
    nap: sleep,
    bellCount: () => {
      intake.takeAll()
      if (bell.read('ending') === 1) intake.finish()
      return bell.read('frames')
    },
    drainAsked: () => bell.read('drainAsked'),
    onDrainServed: reportDrain,
    isStopped: () => false,
  }
  const shipOwn = (): void => {
    own.push(shipLane(lanePath(lost), info, false, destinations, around, (count, kind) => bell.add(kind, count)))
  }
  shipOwn()
  diagnostics.log('debug', 'shipper started', {
    destinations: destinations.map(({ name }) => name),
    lane: lanePath(lost),
  })

  let adopting: Promise<unknown> | null = null
  const adopt = (): void => {
    adopting ??= adoptDeadLanes({
      root,
      self: owner,
      fingerprint: info.fingerprint,
      isStopped: () => bell.read('ending') === 1,
      ship: (lane, laneInfo) => shipAdopted(lane, laneInfo),
    })
      .then((count) => count > 0 && diagnostics.log('info', `took over the records of ${count} ended processes`))
      .catch((error: unknown) =>
        diagnostics.once('adopt', 'warn', 'cannot take over records of ended processes', { error: String(error) }),
      )
      .finally(() => {
        adopting = null
      })
  }
  const shipAdopted = async (lane: string, laneInfo: ShipperData['info']): Promise<boolean> => {
    const shipper = shipLane(lane, laneInfo, true, destinations, around, () => {})
    await shipper.ended
    shipper.remove()
    return true
  }
  const checkLane = (): void => {
    if (bell.read('appended') === 0 || beat(lanePath(lost))) return
    // Another process took our lane for dead (a long stop, a lost lease): what comes now goes to a new one.
    lost = bell.add('laneLost', 1)
    shipOwn()
  }
  const limitSpool = (): void => {
    const removed = enforceCap(root, options.spoolMaxBytes, Date.now(), new Set(own.flatMap((lane) => lane.inUse())))
    if (removed === 0) return
    bell.add('dropped', removed)
    for (const lane of own) for (const state of lane.states) state.droppedCount += removed
    diagnostics.once(
      'cap',
      'warn',
      `the spool is full (NEATLOGS_SPOOL_MAX_BYTES=${options.spoolMaxBytes}): the oldest records are dropped`,
      {
        dropped: removed,
      },
    )
  }

  let tick = 0
  // Referenced: it keeps the worker alive. The worker itself does not keep the process.
  setInterval(() => {
    tick++
    bell.write('beat', Math.floor(Date.now() / 1000))
    if (tick % BEAT_EVERY_TICKS === 0) checkLane()
    if (tick % CAP_EVERY_TICKS === 0) limitSpool()
    if (tick % ADOPT_EVERY_TICKS === 0) {
      adopt()
      for (const lane of own) lane.carry(Date.now())
    }
  }, TICK_MS)
  adopt()
}

async function openDestinations({ exporters, options, root }: ShipperData): Promise<readonly Destination[]> {
  const names = exporters.filter((name) => name !== 'none')
  return Promise.all(names.map((name) => openDestination(name, { ...options, dir: root }, process.env)))
}

if (!isMainThread && parentPort !== null) await runShipper(workerData as ShipperData, parentPort)
