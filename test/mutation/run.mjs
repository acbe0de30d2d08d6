// `npm run mutation [-- --every 8] [src/decode/sse.ts …]`: mutants of src/{openai,decode,content,spool} against the tests that run in one
// process. In: file names, none = all; `--every N`: a sample, the mutants that lie within every Nth line. Out: one report per
// file below .cache/mutation, and the table of all reports there.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = join(HERE, '../..')
const OUT = join(ROOT, '.cache/mutation')
/** Files of one Stryker run: its first test run takes ~20 s, and what it found is on disk only when it ends. */
const FILES_AT_ONCE = 6
const FOLDERS = ['src/openai', 'src/decode', 'src/content', 'src/spool']

const everything = [...FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`))]

function install() {
  if (existsSync(join(HERE, 'node_modules/@stryker-mutator/core'))) return
  const npm = spawnSync('npm', ['ci', '--silent', '--legacy-peer-deps', '--ignore-scripts'], {
    cwd: HERE,
    stdio: 'inherit',
  })
  if (npm.status !== 0) throw new Error('npm ci in test/mutation failed')
}

/** What Stryker takes: the file, or those lines of it. Each file begins elsewhere. */
function placesOf(file, every) {
  if (every === 1) return [file]
  const count = readFileSync(join(ROOT, file), 'utf8').split('\n').length
  const lines = Array.from({ length: count }, (_, at) => at + 1).filter((line) => line % every === file.length % every)
  return lines.map((line) => `${file}:${line}:0-${line}:999`)
}

/** Runs Stryker on some files and keeps each one's part of the report. */
function mutate(files, every) {
  const places = files.flatMap((file) => placesOf(file, every))
  const stryker = join(HERE, 'node_modules/@stryker-mutator/core/bin/stryker.js')
  const args = [stryker, 'run', join(HERE, 'stryker.config.mjs'), '--mutate', places.join(',')]
  const run = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
  if (run.status !== 0) throw new Error(`Stryker ended with ${run.status} on ${files.join(' ')}`)
  const report = JSON.parse(readFileSync(join(OUT, 'report.json'), 'utf8'))
  for (const [file, { mutants }] of Object.entries(report.files)) {
    writeFileSync(join(OUT, 'files', `${file.replaceAll('/', '.')}.json`), JSON.stringify({ file, mutants }))
  }
}

/** Prints the score of each file whose report is there, and what survived. */
function printReports() {
  const total = { killed: 0, survived: 0, unseen: 0 }
  const survivors = []
  console.log('\n| file | score | caught | survived | not reached |\n|---|---|---|---|---|')
  for (const name of readdirSync(join(OUT, 'files')).sort()) {
    const { file, mutants } = JSON.parse(readFileSync(join(OUT, 'files', name), 'utf8'))
    const count = (...states) => mutants.filter(({ status }) => states.includes(status)).length
    const row = { killed: count('Killed', 'Timeout'), survived: count('Survived'), unseen: count('NoCoverage') }
    for (const key of Object.keys(total)) total[key] += row[key]
    console.log(rowOf(file, row))
    survivors.push(...mutants.filter(({ status }) => status === 'Survived').map((mutant) => lineOf(file, mutant)))
  }
  console.log(rowOf('**all**', total))
  writeFileSync(join(OUT, 'survivors.txt'), `${survivors.join('\n')}\n`)
  console.log(`\n${survivors.length} survivors: ${relative(process.cwd(), join(OUT, 'survivors.txt'))}`)
}

function rowOf(name, { killed, survived, unseen }) {
  const all = killed + survived + unseen
  const score = all === 0 ? '–' : `${((100 * killed) / all).toFixed(1)} %`
  return `| ${name} | ${score} | ${killed} | ${survived} | ${unseen} |`
}

function lineOf(file, { location, mutatorName, replacement }) {
  return `${file}:${location.start.line}:${location.start.column} ${mutatorName} → ${replacement?.replaceAll(/\s+/g, ' ').slice(0, 100)}`
}

mkdirSync(join(OUT, 'files'), { recursive: true })
install()
const { values, positionals } = parseArgs({
  options: { every: { type: 'string', default: '1' } },
  allowPositionals: true,
})
const every = Number(values.every)
const wanted = positionals.length > 0 ? positionals : everything
const atOnce = FILES_AT_ONCE * every
for (let at = 0; at < wanted.length; at += atOnce) mutate(wanted.slice(at, at + atOnce), every)
printReports()
