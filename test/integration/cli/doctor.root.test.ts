// `neatlogs doctor` on a disk that is nearly full. Needs root, for the mount.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Report } from '../../../src/cli/doctor/print.ts'
import { makeTemp } from '../run.ts'
import { runCommand } from './command.ts'
import { placeProgram } from './killed.ts'

test('little room is a warning; none at all is a problem for files', async () => {
  const disk = makeTemp('disk')
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0700', 'tmpfs', disk])
  onTestFinished(() => void execFileSync('umount', ['--lazy', disk]))
  const dir = join(disk, 'neatlogs')
  const args = ['doctor', '--json', placeProgram()]
  const little = await runCommand({ args, env: { NEATLOGS_DIR: dir } })
  const { sections } = JSON.parse(little.stdout) as Report
  expect(little.code).toBe(0)
  expect(sections.flatMap(({ findings }) => findings)).toContainEqual({
    code: 'FOLDER_FULL',
    level: 'warn',
    text: `${dir} has 8.0 MiB left`,
    remedy: 'Make room; when the disk is full, records are kept in memory only.',
  })
  try {
    writeFileSync(join(disk, 'filler'), Buffer.alloc(16 * 1024 * 1024))
  } catch {
    // it is full now
  }
  const full = await runCommand({ args, env: { NEATLOGS_DIR: dir } })
  expect(full.code).toBe(1)
  expect(full.stdout).toContain('FOLDER_UNWRITABLE')
  expect(full.stdout).toContain('ENOSPC')
})
