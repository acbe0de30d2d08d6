// What an install weighs without openai: ours from the tree npm knows and what `npm pack` would publish, a peer's from its folder.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from './options.mjs'

const run = promisify(execFile)
const NOT_OURS = ['openai', '.bin'] // the program has openai anyway

/** Gives `{ mb, packages }` of neatlogs and its dependencies. */
export async function ownInstallSize() {
  const npm = (argv) => run('npm', argv, { cwd: ROOT, maxBuffer: 2 ** 26 })
  const tree = await npm(['ls', '--omit=dev', '--omit=peer', '--omit=optional', '--all', '--parseable'])
  const folders = tree.stdout.trim().split('\n').slice(1)
  const [{ unpackedSize }] = JSON.parse((await npm(['pack', '--dry-run', '--json', '--ignore-scripts'])).stdout)
  const bytes = folders.reduce((sum, folder) => sum + bytesOf(folder), unpackedSize)
  return { mb: bytes / 1e6, packages: folders.length + 1 }
}

/** Gives `{ mb, packages }` of what `npm install` has put below a folder. */
export function installSize(folder) {
  const packages = packagesBelow(join(folder, 'node_modules'))
  return { mb: packages.reduce((sum, one) => sum + bytesOf(one), 0) / 1e6, packages: packages.length }
}

function packagesBelow(modules) {
  if (!existsSync(modules)) return []
  return readdirSync(modules, { withFileTypes: true }).flatMap(({ name, parentPath, path }) => {
    const folder = join(parentPath ?? path, name)
    if (NOT_OURS.includes(name) || name.startsWith('.')) return []
    if (name.startsWith('@')) return packagesBelow(folder)
    return [folder, ...packagesBelow(join(folder, 'node_modules'))]
  })
}

/** Bytes of one package without those inside it. */
function bytesOf(folder) {
  let sum = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules') sum += bytesOf(path)
    else if (entry.isFile()) sum += statSync(path).size
  }
  return sum
}
