// A container without an engine: a root folder that holds this machine's /usr and nothing else of it, entered by chroot in a mount
// and pid namespace of its own. In: folders and a command. Out: a process that is number 1 there. Needs root.
import { copyFileSync, cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { run, type Started, start } from './processes.ts'

/** As in the images of Node. */
const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n'
const GROUP = 'root:x:0:\nnode:x:1000:\n'
const ETC_FILES = ['resolv.conf', 'nsswitch.conf', 'ssl', 'ca-certificates']

export interface Mount {
  readonly from: string
  readonly to: string
  readonly isReadOnly?: boolean
}

export interface ContainerOptions {
  /** uid:gid */
  readonly user: string
  readonly workDir: string
  readonly env?: { readonly [name: string]: string }
  readonly mounts?: readonly Mount[]
  /** Pid of a process whose namespaces are joined: a pod. Default: namespaces of its own, the command as process 1. */
  readonly pod?: number | undefined
}

/** Makes a root like that of `node:22-slim`: /usr of this machine, the user `node`, an empty /tmp. */
export function makeImage(root: string, hosts: readonly string[] = []): void {
  for (const folder of ['usr', 'proc', 'dev', 'etc', 'root/.npm', 'home/node', 'tmp', 'var/lib']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) symlinkSync(`usr/${name}`, join(root, name))
  for (const name of ETC_FILES) {
    if (existsSync(`/etc/${name}`)) cpSync(`/etc/${name}`, join(root, 'etc', name), { recursive: true })
  }
  copyFileSync('/etc/hosts', join(root, 'etc/hosts'))
  if (hosts.length > 0) writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 localhost ${hosts.join(' ')}\n`)
  writeFileSync(join(root, 'etc/passwd'), PASSWD)
  writeFileSync(join(root, 'etc/group'), GROUP)
}

/** The command line that runs `command` inside `root`. */
function enter(root: string, command: readonly string[], options: ContainerOptions): string[] {
  const { user, workDir, env = {}, mounts = [], pod } = options
  const own = pod === undefined
  const fixed: Mount[] = [
    { from: '/usr', to: '/usr', isReadOnly: true },
    { from: '/dev', to: '/dev' },
    { from: join(homedir(), '.npm'), to: '/root/.npm' },
  ]
  const lines = ['set -e', 'mount --make-rprivate /', `mkdir -p ${join(homedir(), '.npm')}`]
  for (const { from, to, isReadOnly } of [...fixed, ...mounts]) {
    const at = join(root, to)
    lines.push(`mkdir -p '${at}' 2>/dev/null || true`, `mount --rbind '${from}' '${at}'`)
    if (isReadOnly) lines.push(`mount -o remount,bind,ro '${at}'`)
  }
  lines.push(`mount -t proc proc '${root}/proc'`)
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const inside = ['/usr/bin/env', `--chdir=${workDir}`, '-i', 'PATH=/usr/local/bin:/usr/bin:/bin', ...pairs, ...command]
  lines.push(`exec chroot --userspec=${user} '${root}' "$@"`)
  const namespaces = own
    ? ['unshare', '--pid', '--fork', '--kill-child', '--mount']
    : ['nsenter', `--target=${pod}`, '--pid', 'unshare', '--mount']
  return [...namespaces, 'sh', '-c', lines.join('\n'), 'sh', ...inside]
}

export function startContainer(root: string, command: readonly string[], options: ContainerOptions): Started {
  return start(enter(root, command, options))
}

export function runContainer(root: string, command: readonly string[], options: ContainerOptions): Promise<string> {
  return run(enter(root, command, options))
}
