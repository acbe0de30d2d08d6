// What killed programs left for the record files, delivered while somebody looks. In: a root. Out: records in its files.
import { existsSync } from 'node:fs'
import type { Options } from '../options/options.ts'
import { describeLane } from '../recorder/lane-info.ts'
import { shipOnce } from '../shipper/ship-once.ts'
import { mendPrivate } from '../spool/root.ts'
import { configure, requireFolder } from './folder.ts'

const EVERY_MS = 30_000

/**
 * Ships the lanes of ended programs whose destination is the record files, now and every 30 seconds. Lanes for a server are
 * not touched, whatever key is set. `first` resolves when it was done once. Never rejects: who looks may not be able to write.
 */
export function adoptRecords(root: string, options: Options): { readonly first: Promise<void>; stop(): void } {
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  const adopt = (): Promise<void> => {
    running ??= adoptOnce(root, options, stopping.signal)
      .catch(() => {}) // a read-only folder, or one that is not ours: what is in the files is shown
      .finally(() => {
        running = null
      })
    return running
  }
  const timer = setInterval(adopt, EVERY_MS).unref()
  return {
    first: adopt(),
    stop() {
      stopping.abort()
      clearInterval(timer)
    },
  }
}

/** The same once, for a command that reads the files and ends. */
export async function adoptOnceFor(root: string, options: Options): Promise<void> {
  const adopting = adoptRecords(root, options)
  await adopting.first
  adopting.stop()
}

/** The folder that a command reads once, with what killed programs left in its files. Throws for a `--dir` that is not there. */
export async function readyFolder(dir: string | undefined): Promise<string> {
  requireFolder(dir)
  const { root, options } = configure(dir, process.env)
  await adoptOnceFor(root, options)
  return root
}

async function adoptOnce(root: string, options: Options, signal: AbortSignal): Promise<void> {
  if (!existsSync(root)) return
  mendPrivate(root)
  const exporters = ['file'] as const
  const { owner, info } = describeLane({ ...options, dir: root }, {}, exporters, '')
  const { fingerprint } = info
  // Two readers of one folder may do this at once: a lane goes to one of them. They say nothing of it.
  await shipOnce({
    root,
    self: owner,
    fingerprint,
    options: { ...options, logLevel: 'silent' },
    exporters,
    env: {},
    signal,
  })
}
