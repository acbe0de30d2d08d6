// Before the tests of the examples: packs the checkout once, as users would get it. Out, to be injected: `tarball`, and `folder` for all
// that they install, which goes in the end.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { packCheckout } from '../../examples/copy.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    readonly tarball: string
    readonly folder: string
  }
}

export default function pack(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'neatlogs-examples-'))
  project.provide('tarball', packCheckout(folder))
  project.provide('folder', folder)
  // Tens of thousands of files: nobody has to wait for that.
  return () => spawn('rm', ['-rf', folder], { detached: true, stdio: 'ignore' }).unref()
}
