// Doctor, Node: the version, the way its hooks run, and whether programs started from here load neatlogs. Out: findings.
import { supportsSyncHooks } from '../../node-features.ts'
import type { Environment, Options } from '../../options/options.ts'
import { REGISTER_URL } from '../register-path.ts'
import { type Finding, say } from './finding.ts'

/** The question that register.mjs asks: below Node 20.19, on 21 to 22.11, and where it is switched off, nothing is recorded. */
export function canHook(): boolean {
  return (process.features as { require_module?: boolean }).require_module === true
}

export function checkNode(options: Options, env: Environment): Finding[] {
  const version = process.versions.node
  const mode = supportsSyncHooks() ? 'NODE_IN_THREAD' : 'NODE_LOADER_THREAD'
  const findings = [say(canHook() ? mode : 'NODE_TOO_OLD', { version })]
  if (options.disabled) findings.push(say('DISABLED'))
  // NODE_OPTIONS has reached this process too.
  const isSet =
    Symbol.for('neatlogs.preload') in globalThis || /neatlogs[^\s"]*\/(register|loader)/.test(env.NODE_OPTIONS ?? '')
  findings.push(isSet ? say('PRELOAD_SET') : say('PRELOAD_NOT_SET', { url: REGISTER_URL }))
  return findings
}
