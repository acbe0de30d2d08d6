// `npm run sbom`: prints what an install of neatlogs consists of, as CycloneDX JSON. npm writes it, from a folder without the packages of
// development: in one that has them npm 11.19 leaves out what those need too (4 of 21, seen on atomic-sleep and split2).
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTimeManifests } from './run-time-packages.mjs'

const temp = mkdtempSync(join(tmpdir(), 'neatlogs-sbom-'))
try {
  const { manifest, lock } = runTimeManifests()
  const folder = join(temp, manifest.name) // npm names the package after its folder
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
  const words = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=library', '--package-lock-only']
  process.stdout.write(execFileSync('npm', words, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] }))
} finally {
  rmSync(temp, { recursive: true, force: true })
}
