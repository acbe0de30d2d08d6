// Packs the package, checks the tarball (publint, attw, size), installs it in an empty folder with an openai beside it, compares what npm
// installed with the SBOM, and runs a program there by the README's line. Exit code 1 at the first thing that is wrong.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startOpenAI } from '../../fixtures/servers/openai.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAX_INSTALL_BYTES = 5 * 1024 * 1024
const MAX_PACKAGES = 25
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const PROGRAM = `import OpenAI from 'openai'
const client = new OpenAI()
const answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] })
console.log(answer.choices[0].message.content)
`

const temp = mkdtempSync(join(tmpdir(), 'neatlogs-pack-'))
const run = (command, args, cwd, env = process.env) =>
  execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
const fail = (what) => {
  console.error(`check:pack: ${what}`)
  process.exit(1)
}

const [{ filename, files, unpackedSize }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', temp], ROOT))
const tarball = join(temp, filename)
const strange = files
  .map(({ path }) => path)
  .filter(
    (path) =>
      !/^(dist\/.*(\.js|\.d\.ts|\.js\.map|\.css|\.svg|\.html)|(register|loader)\.(d\.)?[cm](js|ts))$/.test(path),
  )
  .filter((path) => !/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|THIRD-PARTY-NOTICES\.md)$/.test(path))
if (strange.length > 0) fail(`the tarball holds what users do not need: ${strange.join(', ')}`)
const missing = ['LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.md', ...targetsOf(MANIFEST.exports)].filter(
  (path) => !files.some((file) => file.path === path.replace(/^\.\//, '')),
)
if (missing.length > 0) fail(`the tarball lacks ${missing.join(', ')}`)
console.log(`packed ${files.length} files, ${unpackedSize} bytes`)
run(join(ROOT, 'node_modules/.bin/publint'), ['--strict', tarball], ROOT)
console.log('publint: good')
run(join(ROOT, 'node_modules/.bin/attw'), [tarball, '--profile', 'esm-only'], ROOT)
console.log('attw: good')

const app = join(temp, 'app')
mkdirSync(app)
writeFileSync(join(app, 'package.json'), '{"name":"my-app","private":true,"type":"module"}')
run('npm', ['install', '--no-audit', '--no-fund', '--silent', '--omit=peer', tarball], app)
const bytes = sizeOf(join(app, 'node_modules'))
const installed = Object.keys(
  JSON.parse(readFileSync(join(app, 'node_modules/.package-lock.json'), 'utf8')).packages,
).map((path) => path.replace(/.*node_modules\//, ''))
const packages = installed.length
console.log(`installed ${packages} packages, ${(bytes / 1024 / 1024).toFixed(2)} MiB`)
const { components } = JSON.parse(run('npm', ['run', '--silent', 'sbom'], ROOT))
const named = ['neatlogs', ...components.map(({ name }) => name)].sort()
if (named.join() !== installed.sort().join()) fail(`the SBOM names ${named}, npm installed ${installed}`)
console.log('sbom: names what npm installed')
if (bytes > MAX_INSTALL_BYTES) fail(`the install takes ${bytes} bytes, allowed are ${MAX_INSTALL_BYTES}`)
if (packages > MAX_PACKAGES) fail(`the install takes ${packages} packages, allowed are ${MAX_PACKAGES}`)

cpSync(join(ROOT, 'node_modules/openai'), join(app, 'node_modules/openai'), { recursive: true })
writeFileSync(join(app, 'app.mjs'), PROGRAM)
const server = await startOpenAI()
const env = {
  PATH: process.env.PATH,
  HOME: temp,
  NEATLOGS_DIR: join(temp, 'records'),
  OPENAI_API_KEY: 'sk-test-pack',
  OPENAI_BASE_URL: `${server.url}/v1`,
  NODE_OPTIONS: '--import neatlogs/register',
}
const { execFile } = await import('node:child_process')
const { promisify } = await import('node:util')
const { stdout } = await promisify(execFile)(process.execPath, ['app.mjs'], { cwd: app, env })
await server.close()
const folder = join(temp, 'records', 'records')
const lines = existsSync(folder)
  ? readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
  : []
if (!stdout.startsWith('Hello!')) fail(`the installed program printed ${JSON.stringify(stdout)}`)
if (lines.length !== 1 || JSON.parse(lines[0]).status !== 'ok')
  fail(`the installed package recorded ${lines.length} calls, expected 1`)
console.log('installed in an empty folder: 1 call, 1 record')
rmSync(temp, { recursive: true, force: true })

/** Every file that the map of exports names. */
function targetsOf(exported) {
  return typeof exported === 'string' ? [exported] : Object.values(exported).flatMap(targetsOf)
}

function sizeOf(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
