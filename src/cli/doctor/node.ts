// Doctor, Node: the version, the way its hooks run, and whether programs started from here load neatlogs. Out: findings.
import { fileURLToPath } from 'node:url'
import { runtimeOf, supportsSyncHooks } from '../../node-features.ts'
import type { Environment, Options } from '../../options/options.ts'
import { REGISTER_URL } from '../register-path.ts'
import { type Finding, say } from './finding.ts'

/** The question that register.mjs asks: below Node 20.19, on 21 to 22.11, and where it is switched off, nothing is recorded. */
export function canHook(): boolean {
  return (process.features as { require_module?: boolean }).require_module === true
}

/** E.g. `Node 24.21.0`, `Bun 1.4.5`. */
export function runtimeName(): string {
  const { bun, deno, node } = process.versions
  return bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`
}

/** The flags by which this runtime starts a program recorded. */
export function preloadFlags(): readonly string[] {
  const path = fileURLToPath(REGISTER_URL)
  const flags = { node: ['--import', REGISTER_URL], bun: ['--preload', path], deno: ['run', '-A', `--preload=${path}`] }
  return flags[runtimeOf()]
}

export function checkNode(options: Options, env: Environment): Finding[] {
  const version = process.versions.node
  const mode = supportsSyncHooks() ? 'NODE_IN_THREAD' : 'NODE_LOADER_THREAD'
  const runtime = runtimeOf()
  const other = runtime === 'node' ? null : say('OTHER_RUNTIME', { runtime: runtimeName() })
  const findings = [other ?? say(canHook() ? mode : 'NODE_TOO_OLD', { version })]
  if (options.disabled) findings.push(say('DISABLED'))
  if (runtime !== 'node') return findings
  // NODE_OPTIONS has reached this process too.
  const isSet =
    Symbol.for('neatlogs.preload') in globalThis || /neatlogs[^\s"]*\/(register|loader)/.test(env.NODE_OPTIONS ?? '')
  findings.push(isSet ? say('PRELOAD_SET') : say('PRELOAD_NOT_SET', { url: REGISTER_URL }))
  return findings
}
