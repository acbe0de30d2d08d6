// `npm run coverage [-- test files]`: how many lines of src the tests run, in this process, in child processes, in worker threads
// and in the browser. In: the built package. Out: a table on stdout and coverage/lines.json. Ends with 1 below 95 %.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addFiles, addScript } from './lines.mjs'
import { openCollector } from './v8-files.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = join(ROOT, 'coverage/children')
const WANTED = 95
const COLLECT_MS = 2_000
const PAGE = 'src/viewer/page/'

rmSync(join(ROOT, 'coverage'), { recursive: true, force: true })
mkdirSync(FOLDER, { recursive: true })
const collector = openCollector(FOLDER, distFiles())
const code = await runTests(process.argv.slice(2))
collector.collect(true)

const lines = new Map()
addFiles(lines, ROOT, JSON.parse(readFileSync(join(ROOT, 'coverage/in-process/coverage-final.json'), 'utf8')))
const inProcess = totalOf(serverFiles())
for (const [key, script] of collector.merged()) await addScript(lines, ROOT, key, script)
report()

function distFiles() {
  const dist = join(ROOT, 'dist')
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))
  return new Map(names.map((name) => [name, readFileSync(join(dist, name), 'utf8').length]))
}

/** Runs vitest and collects meanwhile: the children's files would be gigabytes. Resolves to its exit code. */
function runTests(files) {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--config', 'test/coverage/vitest.config.ts', ...files]
  const env = { ...process.env, NEATLOGS_COVERAGE_DIR: FOLDER, NEATLOGS_PAGE_MAPS: '1' }
  const tests = spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' })
  const timer = setInterval(() => collector.collect(), COLLECT_MS)
  return new Promise((resolve) => {
    tests.on('close', (status) => {
      clearInterval(timer)
      resolve(status)
    })
  })
}

function serverFiles() {
  return [...lines.keys()].filter((name) => !name.startsWith(PAGE))
}

function totalOf(names) {
  const counts = names.flatMap((name) => [...lines.get(name).values()])
  return { covered: counts.filter((count) => count > 0).length, all: counts.length }
}

function report() {
  const whole = totalOf([...lines.keys()])
  console.log(
    `\n${collector.counts.files} coverage files of processes, threads and pages, ${collector.counts.broken} of them broken`,
  )
  console.log('\n| part | lines | covered |\n|---|---|---|')
  console.log(rowOf('src without the page, in the test process alone', inProcess))
  console.log(rowOf('src without the page', totalOf(serverFiles())))
  console.log(rowOf('src/viewer/page', totalOf([...lines.keys()].filter((name) => name.startsWith(PAGE)))))
  console.log(rowOf('**src**', whole))
  console.log(`\n| file below ${WANTED} % | lines | covered | not covered |\n|---|---|---|---|`)
  for (const name of [...lines.keys()].sort()) {
    if (shareOf(totalOf([name])) < WANTED)
      console.log(`${rowOf(relative('', name), totalOf([name]))} ${missing(name)} |`)
  }
  const plain = [...lines].map(([name, counts]) => [name, Object.fromEntries(counts)])
  writeFileSync(join(ROOT, 'coverage/lines.json'), JSON.stringify(Object.fromEntries(plain)))
  if (code !== 0) console.log(`\nsome test failed: vitest ended with ${code}`)
  process.exitCode = code === 0 && shareOf(whole) >= WANTED ? 0 : 1
}

function shareOf({ covered, all }) {
  return all === 0 ? 100 : (100 * covered) / all
}

function rowOf(name, total) {
  return `| ${name} | ${total.all} | ${shareOf(total).toFixed(1)} % |`
}

/** `12 20–25`: neighbours in the list of lines with code are joined. */
function missing(name) {
  const parts = []
  let isOpen = false
  for (const [line, count] of [...lines.get(name)].sort(([a], [b]) => a - b)) {
    if (count === 0 && isOpen) parts.at(-1)[1] = line
    else if (count === 0) parts.push([line, line])
    isOpen = count === 0
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(' ')
}
