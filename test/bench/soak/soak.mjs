// Programs call the fixture server for some minutes and are killed at random, while the NeatLogs endpoint fails in every way; at the end
// what is left is shipped, and each call that was served is looked for. In: minutes, seed. Out: counts, faults, memory, spool.
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { median } from '../measure.mjs'
import { generator } from '../programs/random.mjs'
import { ownSubjects } from '../subjects.mjs'
import { startChaos } from './chaos.mjs'
import { compare, newLedgers, noteArrived, noteSaid, noteServed } from './compare.mjs'
import { startPrograms } from './programs.mjs'
import { bytesBelow, watch } from './watch.mjs'

const PROGRAMS = 4
const BARE = 'bare' // one more program, without the hook: its memory is what ours is compared with
const SHIP_TRIES = 3
const run = promisify(execFile)

function giveToGroup(folder) {
  for (const name of ['', 'lanes', 'records']) {
    const path = join(folder, name)
    if (existsSync(path)) chmodSync(path, 0o2770)
  }
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
  const chaos = await startChaos(generator(seed), (span) => noteArrived(ledgers, span))
  const env = environment(dir, model, chaos)
  const subjects = ownSubjects(node)
  const [bare, programs] = subjects.map(({ name, flags, folder }) => {
    const [prefix, count] = name === 'bare' ? [BARE, 1] : ['s', PROGRAMS]
    const command = [node, ...flags, join(folder, 'soak.mjs')]
    return startPrograms({ prefix, count, random: generator(seed + 1), command, env })
  })
  const pids = [() => programs.pids().get('s0r0'), () => bare.pids().get(`${BARE}0r0`)]
  const watcher = watch(...pids, env.NEATLOGS_DIR)
  // As kubelet does with a volume that has an fsGroup.
  const regrouping = setInterval(() => giveToGroup(env.NEATLOGS_DIR), 7000)
  await tick(minutes, ledgers, report)
  watcher.stop()
  clearInterval(regrouping)
  await chaos.stop()
  await Promise.all([programs.stop(), bare.stop()])
  const shipped = await ship([node, subjects[1].cli], env, report)
  noteSaid(ledgers, readFileSync(env.LEDGER, 'utf8'), BARE)
  await Promise.all([model.close(), chaos.close()])
  const result = {
    minutes,
    seed,
    ...compare(ledgers),
    ...endings(programs.ended),
    phases: chaos.phases,
    ...shipped,
    ...course(watcher.samples),
  }
  tell(result, dir, report)
  return result
}

function environment(dir, model, chaos) {
  return {
    PATH: process.env.PATH,
    HOME: dir,
    MODEL: `${model.url}/v1`,
    LEDGER: join(dir, 'ledger.txt'),
    NEATLOGS_DIR: join(dir, 'neatlogs'),
    NEATLOGS_API_KEY: 'soak-key',
    NEATLOGS_ENDPOINT: chaos.url,
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

/** `neatlogs ship`, again while something is left. */
async function ship([node, cli], env, report) {
  let output = ''
  for (let at = 0; at < SHIP_TRIES; at++) {
    const argv = [cli, 'ship', '--timeout', '120s']
    const ended = await run(node, argv, { env }).then(
      (result) => ({ ...result, code: 0 }),
      (error) => error,
    )
    output = `${ended.stdout}${ended.stderr}`
    if (ended.code === 0) break
  }
  report(`ship: ${output.trim()}`)
  const lanes = join(env.NEATLOGS_DIR, 'lanes')
  return {
    lanesLeft: existsSync(lanes) ? readdirSync(lanes).length : 0,
    spoolLeftBytes: bytesBelow(lanes),
    rejected: existsSync(join(env.NEATLOGS_DIR, 'rejected.ndjson')),
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
  const { counts, faults, faultsOf, examples, odd, lanesLeft, rejected } = result
  report(JSON.stringify({ counts, faults, faultsOf, odd, lanesLeft, rejected }, null, 1))
  for (const example of examples) report(JSON.stringify(example))
  const clean = Object.values(faults).every((count) => count === 0) && odd.length === 0 && lanesLeft === 0 && !rejected
  if (clean) rmSync(dir, { recursive: true, force: true })
  else report(`kept: ${dir}; again with --seed ${result.seed}`)
  if (!clean) process.exitCode = 1
}
