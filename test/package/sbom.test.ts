// `npm run sbom`: names everything that an install brings along, with licence and checksum, and nothing else.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../integration/place.ts'

interface Locked {
  readonly version: string
  readonly dependencies?: { readonly [name: string]: string }
}
interface Component {
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly hashes: readonly { readonly content: string }[]
  readonly licenses: readonly { readonly license: { readonly id: string } }[]
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: { readonly [path: string]: Locked }
}

/** What the dependencies lead to, looked up as Node does: nearest node_modules first. */
function reached(path = '', found = new Set<string>()): Set<string> {
  for (const name of Object.keys(packages[path]?.dependencies ?? {})) {
    let folder = path
    while (folder !== '' && packages[`${folder}/node_modules/${name}`] === undefined) {
      folder = folder.slice(0, folder.lastIndexOf('node_modules')).replace(/\/$/, '')
    }
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (found.has(place)) continue
    found.add(place)
    reached(place, found)
  }
  return found
}

test('every run-time dependency is there, with version, licence and checksum', () => {
  const text = execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, encoding: 'utf8' })
  const sbom = JSON.parse(text) as { bomFormat: string; metadata: { component: Component }; components: Component[] }
  expect(sbom.bomFormat).toBe('CycloneDX')
  expect(sbom.metadata.component).toMatchObject({ name: 'neatlogs', licenses: [{ license: { id: 'MIT' } }] })
  const expected = [...reached()].map((path) => `${path.replace(/.*node_modules\//, '')}@${packages[path]?.version}`)
  expect(expected.length).toBeGreaterThan(15)
  expect(sbom.components.map(({ name, version }) => `${name}@${version}`).sort()).toEqual(expected.sort())
  for (const { purl, hashes, licenses } of sbom.components) {
    expect(purl).toMatch(/^pkg:npm\//)
    expect(licenses[0]?.license.id).toMatch(/^(MIT|ISC|Apache-2\.0|BSD-2-Clause)$/)
    expect(hashes[0]?.content).toMatch(/^[0-9a-f]{64,}$/)
  }
})
