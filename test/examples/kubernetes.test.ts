// The Kubernetes example without a cluster, which this machine has not: its files against the schemas of the API, and its pod in a pid
// namespace and chroots of this machine: the init container, the program, its model and the preStop command, each as the pod says.
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Deployment } from 'kubernetes-models/apps/v1'
import { Namespace, Service } from 'kubernetes-models/v1'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type NeatlogsServer, startNeatlogs } from '../../fixtures/servers/neatlogs.mjs'
import { type Mount, makeImage, runContainer, startContainer } from './container.ts'
import { commandsOf, documentsOf, EXAMPLES, place, yamlOf } from './place.ts'
import { freePort, type Started, start, until } from './processes.ts'

interface Container {
  readonly name: string
  readonly workingDir?: string
  readonly command: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[]
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } }
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean; readonly allowPrivilegeEscalation: boolean }
}
interface PodSpec {
  readonly terminationGracePeriodSeconds: number
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number; readonly fsGroup: number }
  readonly shareProcessNamespace: boolean
  readonly initContainers: readonly Container[]
  readonly containers: readonly Container[]
}
interface Document {
  readonly kind: string
  readonly spec: { readonly template: { readonly spec: PodSpec } }
}
interface Kustomization {
  readonly resources: readonly string[]
  readonly configMapGenerator: readonly { readonly name: string; readonly files: readonly string[] }[]
  readonly secretGenerator: readonly { readonly envs: readonly string[] }[]
}

const kustomization = yamlOf<Kustomization>('kubernetes', 'kustomization.yaml')
const documents = kustomization.resources.flatMap((file) => documentsOf<Document>('kubernetes', file))
const spec = documents.find(({ kind }) => kind === 'Deployment')?.spec.template.spec as PodSpec
const [install, ask, model] = [...spec.initContainers, ...spec.containers] as [Container, Container, Container]
const preStop = ask.lifecycle?.preStop.exec.command ?? []

describe('the files', () => {
  test('each document is valid by the schema of its kind', () => {
    const kinds = { Deployment, Namespace, Service }
    expect(documents.map(({ kind }) => kind)).toEqual(['Namespace', 'Deployment', 'Service', 'Deployment'])
    for (const document of documents) {
      const Kind = kinds[document.kind as keyof typeof kinds]
      expect(() => new Kind(document as never).validate()).not.toThrow()
    }
  })

  test('kustomization.yaml names files that are there, and makes what the pod mounts', () => {
    const files = [
      ...kustomization.resources,
      ...kustomization.configMapGenerator.flatMap((map) => map.files.map((file) => file.split('=').pop() ?? '')),
      ...kustomization.secretGenerator.flatMap(({ envs }) => envs),
    ]
    expect(files.filter((file) => !existsSync(join(EXAMPLES, 'kubernetes', file)))).toEqual([])
    expect(commandsOf('kubernetes')).toEqual([
      'kubectl apply -k .',
      'kubectl -n neatlogs-example logs deployment/ask -c ask',
      'kubectl -n neatlogs-example logs deployment/collector',
    ])
  })

  test('the grace period covers preStop and the wait for delivery, one after the other', () => {
    const shipS = Number.parseInt(preStop.at(-1) ?? '', 10)
    const exitMs = Number(ask.env?.find(({ name }) => name === 'NEATLOGS_EXIT_TIMEOUT_MS')?.value)
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(shipS + exitMs / 1000 + 5)
  })

  test('every container is one that the restricted standard lets in', () => {
    for (const { securityContext } of [install, ask, model]) {
      expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true })
    }
  })
})

describe('the pod, in a pid namespace and chroots (no cluster here)', () => {
  const { folder, temp } = place('kubernetes')
  const image = join(temp, 'image')
  const volumes = join(temp, 'volumes')
  const { runAsUser, runAsGroup, fsGroup } = spec.securityContext
  const started: Started[] = []
  let pod: Started
  let sink: NeatlogsServer
  let modelPort = ''

  beforeAll(async () => {
    mkdirSync(image)
    makeImage(image, ['collector'])
    for (const name of ['files', 'app', 'spool', 'tmp']) emptyDir(name)
    const configMap = kustomization.configMapGenerator.find(({ name }) => name === 'ask')?.files ?? []
    for (const file of [...configMap, 'neatlogs.tgz']) cpSync(join(folder, file), join(volumes, 'files', file))
    // The process that holds a pod's namespaces.
    pod = start(['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', 'sleep', 'infinity'])
    await until(() => inside(pod) > 0, 'the pod is up')
    modelPort = String(await freePort())
    await runContainer(image, install.command, optionsOf(install))
    started.push(startContainer(image, model.command, optionsOf(model)))
  })

  afterEach(() => sink.close())
  afterAll(() => {
    for (const one of [...started, pod]) one.signal('SIGKILL')
  })

  /** As the kubelet makes it for an fsGroup. */
  function emptyDir(name: string): void {
    const path = join(volumes, name)
    mkdirSync(path, { recursive: true })
    chownSync(path, 0, fsGroup)
    chmodSync(path, 0o2777)
  }

  function optionsOf(container: Container): Parameters<typeof startContainer>[2] {
    const env = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, here(value ?? 'sk-local')]))
    const mounts: Mount[] = container.volumeMounts.map(({ name, mountPath, readOnly }) => ({
      from: join(volumes, name),
      to: mountPath,
      isReadOnly: readOnly ?? false,
    }))
    const user = `${runAsUser}:${runAsGroup}`
    const workDir = container.workingDir ?? '/'
    return {
      user,
      workDir,
      env: { ...env, MODEL_PORT: modelPort, PAUSE_MS: '100' },
      mounts,
      pod: spec.shareProcessNamespace ? inside(pod) : undefined,
    }
  }

  const here = (value: string): string => value.replace(':4318', `:${sink?.port}`).replace(':8080', `:${modelPort}`)

  async function startAsk(): Promise<Started> {
    const one = startContainer(image, ask.command, optionsOf(ask))
    started.push(one)
    await until(() => answersOf(one) >= 3, 'three answers', one.output)
    return one
  }

  test('preStop delivers what a crashed container has left, at once', async () => {
    sink = await startNeatlogs({ requireKey: false, faults: { status: 503 } })
    const crashed = await startAsk()
    crashed.signal('SIGKILL')
    await crashed.ended
    expect(sink.ids()).toEqual([])
    sink.setFault(null)
    await runContainer(image, preStop, optionsOf(ask))
    expect(new Set(sink.ids()).size).toBeGreaterThanOrEqual(answersOf(crashed))
  })

  test('preStop beside the running program ends with 0 and leaves it alone; SIGTERM delivers the rest', async () => {
    sink = await startNeatlogs({ requireKey: false })
    const running = await startAsk()
    await runContainer(image, preStop, optionsOf(ask))
    const before = answersOf(running)
    await until(() => answersOf(running) > before, 'it goes on', running.output)
    process.kill(inside(running), 'SIGTERM')
    expect(await running.ended).toEqual({ code: 0, signal: null })
    expect(running.output()).not.toMatch(/neatlogs: (?!recording)/)
    expect(new Set(sink.ids()).size).toBeGreaterThanOrEqual(answersOf(running))
    expect(sink.ids()).toHaveLength(new Set(sink.ids()).size)
  })

  test('the mount itself would be refused, as the file says', async () => {
    sink = await startNeatlogs({ requireKey: false })
    const options = optionsOf(ask)
    const one = startContainer(image, ask.command, { ...options, env: { ...options.env, NEATLOGS_DIR: '/spool' } })
    started.push(one)
    await until(() => one.output().includes('/spool belongs to user 0, not 1000'), 'the refusal', one.output)
    one.signal('SIGTERM')
    await one.ended
  })
})

function answersOf(one: Started): number {
  return one.stdout().split('You said').length - 1
}

function inside({ pid }: Started): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}
