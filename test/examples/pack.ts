// Before the tests of the examples: packs the checkout once, as users would get it. Out: `tarball`, to be injected.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { packCheckout } from '../../examples/copy.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    readonly tarball: string
  }
}

export default function pack(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'neatlogs-tarball-'))
  project.provide('tarball', packCheckout(folder))
  return () => rmSync(folder, { recursive: true, force: true })
}
