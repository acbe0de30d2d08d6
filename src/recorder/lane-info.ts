// The facts of this process that stand for all its records: `lane.json`. In: options, environment. Main thread, at the first frame.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fingerprintOf } from '../destinations/fingerprint.ts'
import {
  resourceFromEnvironment,
  serviceFromEnvironment,
  spanCounts,
  valueLengthLimit,
} from '../destinations/otel-pairs.ts'
import { readSampling } from '../destinations/otel-sampler.ts'
import { VERSION } from '../destinations/version.ts'
import type { LaneInfo, LaneRules } from '../frame.ts'
import type { Environment, ExporterName, Options } from '../options/options.ts'
import { natively } from '../originals.ts'
import { type Owner, thisProcess } from '../spool/owner.ts'
import { makePrivate, rootFolder, tmpFolder } from '../spool/root.ts'

type ProtectLane = typeof import('../content/protect-lane.ts')

const require = createRequire(import.meta.url)
const DEFAULT_SERVICE = 'neatlogs-app'
const MAX_FOLDERS_UP = 8

/** Finds the root folder (one that can be used, if there is one) and gathers the lane's facts. */
export function describeLane(
  options: Options,
  env: Environment,
  exporters: readonly ExporterName[],
  traceId: string,
): { root: string; owner: Owner; info: LaneInfo } {
  const owner = thisProcess()
  const root = usableRoot(options, env)
  const fingerprint = exporters
    .map((name) => (name === 'none' ? 'none' : fingerprintOf(name, { ...options, dir: root }, env)))
    .sort()
  const info: LaneInfo = {
    v: 1,
    pid: owner.pid,
    hostname: owner.hostname,
    node: process.versions.node,
    neatlogs: VERSION,
    service: options.service ?? serviceFromEnvironment(env) ?? packageName() ?? DEFAULT_SERVICE,
    traceId,
    tags: options.tags,
    userId: options.userId,
    metadata: options.metadata,
    rules: rulesFor(options, env),
    sampling: readSampling(options, env),
    fingerprint: fingerprint.join(' '),
    startTime: owner.startTime,
    bootId: owner.bootId,
    pidNamespace: owner.pidNamespace,
  }
  return { root, owner, info }
}

/** What whoever delivers the records is to keep to. */
function rulesFor(options: Options, env: Environment): LaneRules {
  const { captureContent, otlpContent, redact, secretNames, maxBodyBytes, sampleRate } = options
  const counts = spanCounts(env)
  return {
    captureContent,
    otlpContent: otlpContent && captureContent,
    redact,
    ...(secretNames.length === 0 ? {} : { secretNames }),
    maxBodyBytes,
    sampleRate,
    resource: [...resourceFromEnvironment(env).pairs],
    valueLengthLimit: valueLengthLimit(env),
    ...(counts === null ? {} : { counts }),
  }
}

/** What `lane.json` may hold. The program's own function sees the facts in memory: its records are whole when they touch the disk. */
export function factsForDisk(facts: LaneInfo, { redact }: Options, isRedactedBefore: boolean): LaneInfo {
  const { tags, metadata, userId } = facts
  const isBare = tags.length === 0 && userId === null && Object.keys(metadata).length === 0
  if (isBare && (facts.rules?.resource.length ?? 0) === 0) return facts
  const { protectLane, withoutFacts } = natively(() => require('../content/protect-lane.js') as ProtectLane)
  return isRedactedBefore ? withoutFacts(facts) : protectLane(facts, redact)
}

/** A folder the user named is used or nothing is; the default falls back to a folder in tmp. */
function usableRoot(options: Options, env: Environment): string {
  const root = rootFolder(options.dir, env)
  if (options.dir !== null) return root
  try {
    makePrivate(root)
    return root
  } catch {
    return tmpFolder() // no home, or a read-only one
  }
}

/** The name in the package.json of the program's entry. An entry in `node_modules` is a tool's (PM2): the working folder then. */
function packageName(): string | null {
  const entry = process.argv[1]
  const isOwn = entry !== undefined && !/[\\/]node_modules[\\/]/.test(entry)
  let folder = isOwn ? dirname(resolve(entry)) : process.cwd()
  for (let level = 0; level < MAX_FOLDERS_UP; level++) {
    try {
      const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown }
      if (typeof name === 'string' && name !== '') return name
    } catch {
      // none here, or not readable: look further up
    }
    const parent = dirname(folder)
    if (parent === folder) return null
    folder = parent
  }
  return null
}
