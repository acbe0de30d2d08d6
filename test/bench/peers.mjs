// The peers: one folder each under peers/ (exact versions in package.json, set-up in setup.mjs), installed once into .cache/peers/<name>.
// Gives the subjects that install and load; one that does not is told with its reason, as a subject whose runs fail.
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ROOT } from './options.mjs'
import { placePrograms } from './subjects.mjs'

const run = promisify(execFile)
const HERE = fileURLToPath(new URL('./peers/', import.meta.url))
const CACHE = join(ROOT, '.cache', 'peers')
const NPM = ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock']

/** Gives the peers of these names, or all, as subjects, installed. */
export async function peerSubjects(report, names = null) {
  const subjects = []
  for (const entry of readdirSync(HERE, { withFileTypes: true })) {
    if (entry.isDirectory() && (names?.includes(entry.name) ?? true))
      subjects.push(await peerSubject(entry.name, report))
  }
  return subjects
}

async function peerSubject(name, report) {
  const folder = join(CACHE, name)
  mkdirSync(folder, { recursive: true })
  await install(name, folder, report)
  copyFileSync(join(HERE, name, 'setup.mjs'), join(folder, 'setup.mjs'))
  copyFileSync(join(HERE, 'ending.mjs'), join(folder, 'ending.mjs'))
  const programs = placePrograms(folder)
  const { dependencies } = JSON.parse(readFileSync(join(HERE, name, 'package.json'), 'utf8'))
  const [[main, version]] = Object.entries(dependencies).sort(([a], [b]) => rank(a, name) - rank(b, name))
  return {
    name,
    title: `${main} ${version}`,
    folder: programs,
    installed: folder,
    flags: ['--import', join(folder, 'setup.mjs')],
    env: () => ({}),
  }
}

/** The package a peer is known by comes first: the one for openai, else the one with its name. */
function rank(dependency, name) {
  if (dependency === 'openai' || dependency === '@opentelemetry/api') return 3
  if (dependency.endsWith('openai')) return 0
  return dependency.includes(name) ? 1 : 2
}

async function install(name, folder, report) {
  const wanted = readFileSync(join(HERE, name, 'package.json'), 'utf8')
  const present = join(folder, 'package.json')
  const stamp = join(folder, 'node_modules', '.bench-installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  copyFileSync(join(HERE, name, 'package.json'), present)
  report(`installing ${name} into ${folder}`)
  await run('npm', NPM, { cwd: folder })
  writeFileSync(stamp, wanted)
}
