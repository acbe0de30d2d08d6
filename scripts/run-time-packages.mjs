// What an install of neatlogs brings along, by the lock file. Out: a list of packages; a manifest and a lock that hold nothing else.
import { readFileSync } from 'node:fs'

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))

/** `{ path, name, version, licence }` of every package that users get, by name; those of development and peers apart. */
export function runTimePackages() {
  return Object.entries(runTimeEntries())
    .filter(([path]) => path !== '')
    .map(([path, { version, license }]) => ({
      path,
      name: path.replace(/.*node_modules\//, ''),
      version,
      licence: license,
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** `package.json` and `package-lock.json` as if there were no development. */
export function runTimeManifests() {
  const {
    devDependencies: _,
    peerDependencies: __,
    peerDependenciesMeta: ___,
    scripts: ____,
    ...manifest
  } = read('package.json')
  const lock = read('package-lock.json')
  return { manifest, lock: { ...lock, packages: runTimeEntries() } }
}

function runTimeEntries() {
  const { packages } = read('package-lock.json')
  const { devDependencies: _, peerDependencies: __, peerDependenciesMeta: ___, ...root } = packages['']
  const kept = Object.entries(packages).filter(
    ([path, one]) => path !== '' && !one.dev && !one.devOptional && !one.peer,
  )
  return { '': root, ...Object.fromEntries(kept) }
}
