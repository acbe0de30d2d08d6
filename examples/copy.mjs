// `node examples/copy.mjs NAME FOLDER`: an example to try with this checkout instead of the published package. Copies it, with what
// it needs of the repository, below FOLDER, and packs the checkout (built before by `npm run build`) as its `neatlogs`.
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const MADE = /(^|\/)(node_modules|\.next|dist)(\/|$)/

/** Packs the checkout into `folder`. Returns the tarball's path. */
export function packCheckout(folder) {
  mkdirSync(folder, { recursive: true })
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const packed = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const tarball = join(folder, 'neatlogs.tgz')
  renameSync(join(folder, JSON.parse(packed)[0].filename), tarball)
  return tarball
}

/** Copies one example below `folder` with the tarball as its `neatlogs`. Returns the example's new folder. */
export function copyExample(name, folder, tarball) {
  const target = join(folder, 'examples', name)
  const filter = (path) => !MADE.test(path.slice(ROOT.length))
  cpSync(join(ROOT, 'examples', name), target, { recursive: true, filter })
  copyFileSync(join(ROOT, 'examples/model.mjs'), join(folder, 'examples/model.mjs'))
  cpSync(join(ROOT, 'fixtures/servers'), join(folder, 'fixtures/servers'), { recursive: true })
  for (const file of readdirSync(target, { recursive: true })) {
    if (/(^|[/\\])package\.json$/.test(file)) useTarball(join(target, file, '..'), tarball)
  }
  return target
}

function useTarball(folder, tarball) {
  const file = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  if (manifest.dependencies?.neatlogs === undefined) return
  copyFileSync(tarball, join(folder, 'neatlogs.tgz'))
  manifest.dependencies.neatlogs = 'file:neatlogs.tgz'
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, folder] = process.argv.slice(2)
  if (!folder || !existsSync(join(ROOT, 'examples', name, 'README.md'))) {
    console.error('usage: node examples/copy.mjs NAME FOLDER   (NAME: a folder of examples/)')
    process.exit(2)
  }
  console.log(copyExample(name, resolve(folder), packCheckout(resolve(folder))))
}
