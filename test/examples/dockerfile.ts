// Carries out a Dockerfile without an engine. In: its text, the context folder, a folder for roots. Out: the last stage's root, user,
// environment and command. Knows the instructions that the example uses and throws at any other.
import { cpSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { makeImage, runContainer } from './container.ts'

export interface Built {
  readonly root: string
  readonly user: string
  readonly workDir: string
  readonly env: { readonly [name: string]: string }
  readonly command: readonly string[]
  readonly volumes: readonly string[]
}

interface Stage {
  readonly root: string
  readonly base: string
  user: string
  workDir: string
  env: { [name: string]: string }
  command: readonly string[]
  volumes: string[]
}

/** Instructions with their continuation lines joined. */
export function instructionsOf(text: string): readonly (readonly [string, string])[] {
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
      return [name, rest] as const
    })
}

export async function build(text: string, context: string, folder: string, hosts: readonly string[]): Promise<Built> {
  const stages = new Map<string, Stage>()
  let stage: Stage | undefined
  for (const [name, rest] of instructionsOf(text)) {
    if (name === 'FROM') {
      const [base = '', , alias = 'last'] = rest.split(/\s+/)
      const root = join(folder, alias)
      mkdirSync(root, { recursive: true })
      makeImage(root, alias === 'last' ? hosts : [])
      stage = { root, base, user: '0:0', workDir: '/', env: {}, command: [], volumes: [] }
      stages.set(alias, stage)
    } else if (stage === undefined) throw new Error(`${name} before FROM`)
    else await carryOut(name, rest, stage, stages, context)
  }
  if (stage === undefined) throw new Error('no FROM')
  return stage
}

async function carryOut(
  name: string,
  rest: string,
  stage: Stage,
  stages: Map<string, Stage>,
  context: string,
): Promise<void> {
  const inside = (path: string): string => join(stage.root, resolve(stage.workDir, path))
  if (name === 'WORKDIR') {
    stage.workDir = resolve(stage.workDir, rest)
    mkdirSync(inside('.'), { recursive: true })
  } else if (name === 'COPY') {
    const words = rest.split(/\s+/)
    const from = words[0]?.startsWith('--from=') ? stages.get(words.shift()?.slice(7) ?? '')?.root : context
    const to = words.pop() ?? ''
    for (const source of words.flatMap((pattern) => matching(from ?? '', pattern))) {
      cpSync(source, to.endsWith('/') ? inside(join(to, basename(source))) : inside(to), { recursive: true })
    }
  } else if (name === 'RUN') {
    const env = { HOME: '/root', ...stage.env }
    await runContainer(stage.root, ['sh', '-c', rest], { user: stage.user, workDir: stage.workDir, env })
  } else if (name === 'ENV') {
    for (const [, key = '', value = ''] of rest.matchAll(/(\w+)=(\S+)/g)) stage.env[key] = value
  } else if (name === 'USER') stage.user = rest === 'node' ? '1000:1000' : rest
  else if (name === 'VOLUME') stage.volumes.push(rest)
  else if (name === 'CMD') stage.command = JSON.parse(rest) as string[]
  else throw new Error(`unknown instruction: ${name}`)
}

/** Files of a folder by a COPY pattern; one without `*` must be there. */
function matching(folder: string, pattern: string): string[] {
  if (!pattern.includes('*')) {
    const path = join(folder, pattern)
    statSync(path)
    return [path]
  }
  const rule = new RegExp(`^${pattern.replace(/\./g, '\\.').replace(/\*/g, '.*')}$`)
  return readdirSync(folder)
    .filter((file) => rule.test(file))
    .map((file) => join(folder, file))
}
