// Programs call the fixture server for some minutes and are killed at random, while endpoints and disks fail in every way; at the end
// what is left is shipped, and each call that was served is looked for. In: minutes, seed. Out: counts, faults, memory, spool.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { median } from '../measure.mjs'
import { generator } from '../programs/random.mjs'
import { ownSubjects } from '../subjects.mjs'
import { startChaos } from './chaos.mjs'
import { startCollector } from './collector.mjs'
import { compare, isClean, newLedgers, noteArrived, noteSaid, noteServed } from './compare.mjs'
import { startDisks } from './disks.mjs'
import { startPrograms } from './programs.mjs'
import { bytesBelow, watch } from './watch.mjs'

const BARE = 'bare' // one more program, without the hook: its memory is what ours is compared with
const SHIP_TRIES = 3
/** The eighth call of the program that lives to the end: its server never takes it. */
const POISON = 's0r0-7'
const run = promisify(execFile)

/**
 * The programs of a soak. `s`: to NeatLogs over HTTP, ended at random. `g`: to a collector over gRPC, with metrics. `f`: on a disk that is full at
 * its start, and again and again. `d`: its folder is deleted. `u`: no file may grow beyond 4 MB. The last three live to the end: what a kill
 * takes of a full disk or of a deleted folder is nobody's to keep.
 */
function groupsOf(env, { chaos, collector, disks }) {
  const group = (prefix, count, more = {}, launcher = []) => ({ prefix, count, launcher, env: { ...env, ...more } })
  // The one program of each of these must bring all it has within its exit: behind it there is no disk.
  const last = { NEATLOGS_EXIT_TIMEOUT_MS: '25000' }
  const grpc = {
    NEATLOGS_EXPORTER: 'otlp',
    NEATLOGS_CAPTURE_CONTENT: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    OTEL_METRIC_EXPORT_INTERVAL: '3000',
  }
  const groups = [
    group('s', 4, { NEATLOGS_ENDPOINT: chaos.url }),
    group('g', 2, grpc),
    group('d', 1, { NEATLOGS_ENDPOINT: chaos.url, NEATLOGS_DIR: disks.folders.deleted, ...last }),
    group('u', 1, { NEATLOGS_ENDPOINT: chaos.url }, ['bash', '-c', 'ulimit -f 4096; exec "$0" "$@"']),
  ]
  const full = group('f', 1, { NEATLOGS_ENDPOINT: chaos.url, NEATLOGS_DIR: disks.folders.full, ...last })
  return disks.isMounted ? [...groups, full] : groups
}

/** Gives the result of one soak; its folder stays when something is wrong. */
export async function soak({ minutes, seed }, { node, report }) {
  report(`soak of ${minutes} minutes, seed ${seed}`)
  const dir = mkdtempSync(join(tmpdir(), 'neatlogs-soak-'))
  const ledgers = newLedgers()
  const model = await startOpenAI({
    onServed: (entry) => {
      noteServed(ledgers, entry, BARE)
      model.served.length = 0
    },
  })
  const onSpan = (span) => noteArrived(ledgers, span)
  const chaos = await startChaos(generator(seed), onSpan, JSON.stringify(POISON))
  const collector = await startCollector(generator(seed + 2), onSpan)
  const env = environment(dir, model)
  const hasShipper = () => [...ledgers.arrived.keys()].some((user) => user.startsWith('d'))
  const disks = startDisks(dir, env.NEATLOGS_DIR, hasShipper)
  const subjects = ownSubjects(node)
  const groups = groupsOf(env, { chaos, collector, disks })
  const start = (subject, { prefix, count, launcher, env }, at) => {
    const command = [...launcher, node, ...subject.flags, join(subject.folder, 'soak.mjs')]
    return startPrograms({ prefix, count, random: generator(seed + 1 + at), command, env })
  }
  const bare = start(subjects[0], { prefix: BARE, count: 1, launcher: [], env: groups[0].env }, 0)
  const programs = groups.map((group, at) => start(subjects[1], group, at))
  const pids = [() => programs[0].pids().get('s0r0'), () => bare.pids().get(`${BARE}0r0`)]
  const watcher = watch(...pids, env.NEATLOGS_DIR)
  await tick(minutes, ledgers, report)
  watcher.stop()
  disks.stop()
  await Promise.all([chaos.stop(), collector.stop()])
  await Promise.all([...programs, bare].map((one) => one.stop()))
  const cli = [node, subjects[1].cli]
  const left = await shipOnce(cli, groups[0].env)
  report(`ship beside a call that the server never takes: ${left.output.trim()}`)
  const poisonTries = chaos.forgive()
  const shipped = await shipAll(cli, groups, report)
  noteSaid(ledgers, readFileSync(env.LEDGER, 'utf8'), BARE)
  await Promise.all([model.close(), chaos.close(), collector.close()])
  const result = {
    minutes,
    seed,
    ...compare(ledgers),
    ...endings(programs.flatMap(({ ended }) => ended)),
    phases: { ...chaos.phases, ...collector.phases },
    disks: disks.counts,
    poison: {
      tries: poisonTries,
      arrived: ledgers.served.has(POISON) ? (ledgers.arrived.get(POISON)?.length ?? 0) : null,
    },
    measured: { ...measurable(ledgers), counted: collector.measured() },
    ...shipped,
    ...course(watcher.samples),
  }
  disks.close()
  tell(result, dir, report)
  return result
}

function environment(dir, model) {
  return {
    PATH: process.env.PATH,
    HOME: dir,
    MODEL: `${model.url}/v1`,
    LEDGER: join(dir, 'ledger.txt'),
    NEATLOGS_DIR: join(dir, 'neatlogs'),
    NEATLOGS_API_KEY: 'soak-key',
    NEATLOGS_MAX_BODY_BYTES: '8000000', // the large answers are compared whole
  }
}

async function tick(minutes, { served, arrived }, report) {
  const endMs = performance.now() + minutes * 60_000
  for (let left = endMs - performance.now(); left > 0; left = endMs - performance.now()) {
    await sleep(Math.min(left, 30_000))
    report(`${served.size} calls served, ${arrived.size} arrived`)
  }
}

/** Calls that a metric tells of: what died with its process has no duration. */
function measurable({ arrived }) {
  const records = [...arrived].flatMap(([user, found]) => (user.startsWith('g') ? found : []))
  return { calls: new Set(records.flatMap(({ id, status }) => (status === 'incomplete' ? [] : id))).size }
}

async function shipOnce([node, cli], env) {
  const ended = await run(node, [cli, 'ship', '--timeout', '120s'], { env }).then(
    (result) => ({ ...result, code: 0 }),
    (error) => error,
  )
  return { code: ended.code, output: `${ended.stdout}${ended.stderr}` }
}

/** `neatlogs ship` for each destination and folder, again while something is left. */
async function shipAll(cli, groups, report) {
  const lanes = new Set()
  for (const { prefix, env } of groups) {
    let shipped = await shipOnce(cli, env)
    for (let at = 1; at < SHIP_TRIES && shipped.code !== 0; at++) shipped = await shipOnce(cli, env)
    report(`ship for ${prefix}: ${shipped.output.trim()}`)
    lanes.add(join(env.NEATLOGS_DIR, 'lanes'))
  }
  const left = [...lanes].filter((path) => existsSync(path))
  return {
    lanesLeft: left.flatMap((path) => readdirSync(path)).length,
    spoolLeftBytes: left.reduce((sum, path) => sum + bytesBelow(path), 0),
    rejected: [...lanes].some((path) => existsSync(join(path, '..', 'rejected.ndjson'))),
  }
}

/** How many programs ended in which way, and the first that ended in another way than it should. */
function endings(ended) {
  const endedBy = {}
  for (const { ending } of ended) endedBy[ending] = (endedBy[ending] ?? 0) + 1
  const wanted = { exit: 0, return: 0, throw: 1 }
  const odd = ended.filter(({ ending, how }) => how !== (wanted[ending] ?? ending))
  return { programs: ended.length, endedBy, odd: odd.slice(0, 5) }
}

/** Memory of the two programs that lived to the end, by quarters of their time, and how large the spool became. */
function course(samples) {
  const size = Math.max(1, Math.floor(samples.length / 4))
  const quarters = [0, 1, 2, 3].map((at) => samples.slice(at * size, (at + 1) * size)).filter((one) => one.length > 0)
  const medians = (field) => quarters.map((one) => median(one.map((sample) => sample[field])))
  return {
    memoryMb: medians('mb'),
    bareMemoryMb: medians('bareMb'),
    spoolPeakMb: Math.max(0, ...samples.map(({ spoolMb }) => spoolMb)),
  }
}

function tell(result, dir, report) {
  const { counts, faults, faultsOf, examples, odd, lanesLeft, rejected, poison, measured } = result
  report(JSON.stringify({ counts, faults, faultsOf, odd, lanesLeft, rejected, poison, measured }, null, 1))
  for (const example of examples) report(JSON.stringify(example))
  if (isClean(result)) rmSync(dir, { recursive: true, force: true })
  else {
    report(`kept: ${dir}; again with --seed ${result.seed}`)
    process.exitCode = 1
  }
}
