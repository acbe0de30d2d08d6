// The Lambda example in its own local sandbox (there is no AWS here): a Runtime API, the handler in a process that is stopped the moment
// its answer is there, and the variables of template.yaml. Docker's `sam local invoke` is not run.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { nodeBinary } from '../../fixtures/node.mjs'
import { type NeatlogsServer, startNeatlogs } from '../../fixtures/servers/neatlogs.mjs'
import { type OpenAIServer, startOpenAI } from '../../fixtures/servers/openai.mjs'
import { commandsOf, place, textOf } from './place.ts'
import { plainEnv, shell } from './processes.ts'

interface Sandbox {
  stderr(): string
  invoke(event: unknown): Promise<{ readonly statusCode?: number; readonly body?: string }>
  kill(): Promise<void>
}
interface SandboxModule {
  startSandbox(options: { task: string; modules: string; env: Variables; node?: string }): Promise<Sandbox>
}
type Variables = { readonly [name: string]: string }
interface Template {
  readonly Resources: { readonly [name: string]: { readonly Type: string; readonly Properties: Properties } }
}
interface Properties {
  readonly ContentUri?: string
  readonly CodeUri?: string
  readonly Handler?: string
  readonly Timeout?: number
  readonly Layers?: readonly string[]
  readonly Environment?: { readonly Variables: Variables }
}

const ref = { tag: '!Ref', resolve: (name: string) => name }
const { Resources } = parse(textOf('aws-lambda', 'template.yaml'), { customTags: [ref] }) as Template
const { folder, dir, temp } = place('aws-lambda')
const layer = join(folder, 'layer')
let printed = ''
let openai: OpenAIServer
let neatlogs: NeatlogsServer
const sandboxes: Sandbox[] = []

beforeAll(async () => {
  openai = await startOpenAI()
  const [command = '', deploy, ...others] = commandsOf('aws-lambda')
  expect([command, deploy, others]).toEqual(['npm start', 'npm run layer && sam build && sam deploy --guided', []])
  printed = await shell(command, { cwd: folder, env: plainEnv({ TMPDIR: temp }) })
  return () => openai.close()
})

afterEach(async () => {
  await Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.kill()))
  await neatlogs?.close()
})

/** The template's variables, with the layer's place here, and a sink. */
function variables(more: Variables = {}): Variables {
  const { NODE_OPTIONS = '', ...others } = Resources.Ask?.Properties.Environment?.Variables ?? {}
  return {
    ...others,
    NODE_OPTIONS: NODE_OPTIONS.replace('file:///opt', pathToFileURL(layer).href),
    NEATLOGS_DIR: dir,
    NEATLOGS_ENDPOINT: neatlogs.url,
    OPENAI_BASE_URL: `${openai.url}/v1`,
    ...more,
  }
}

async function open(options: { env?: Variables; task?: string; node?: string } = {}): Promise<Sandbox> {
  const { env = variables(), task = join(folder, 'function'), node = '20' } = options
  const module = (await import(pathToFileURL(join(folder, 'local/sandbox.mjs')).href)) as SandboxModule
  const modules = join(layer, 'nodejs/node_modules')
  const sandbox = await module.startSandbox({ task, modules, env, node: await nodeBinary(node) })
  sandboxes.push(sandbox)
  return sandbox
}

test('npm start: the answer of each event, and its record delivered before the freeze', () => {
  expect(printed).toContain('OPENAI_API_KEY is not set: a local model server answers')
  expect(printed).toMatch(
    /You said: Say hi\..*\n {2}frozen with the answer; delivered by then: chat\S+ gpt-4o-mini ok \S+\n/,
  )
  expect(printed).toMatch(/after a thaw.*\n {2}frozen with the answer; delivered by then: .*ok \S+, .*ok \S+\n/)
})

test("the template: its paths are there, its layer is the function's, its time covers flush()", () => {
  const { NeatlogsLayer, Ask } = Resources
  expect([NeatlogsLayer?.Type, Ask?.Type]).toEqual(['AWS::Serverless::LayerVersion', 'AWS::Serverless::Function'])
  const register = (Ask?.Properties.Environment?.Variables.NODE_OPTIONS ?? '').split('file:///opt/')[1] ?? ''
  expect(readFileSync(join(folder, NeatlogsLayer?.Properties.ContentUri ?? '', register), 'utf8')).toContain('neatlogs')
  expect(Ask?.Properties.Layers).toEqual(['NeatlogsLayer'])
  const [file, name] = (Ask?.Properties.Handler ?? '').split('.')
  const handler = readFileSync(join(folder, Ask?.Properties.CodeUri ?? '', `${file}.mjs`), 'utf8')
  expect(handler).toContain(`export async function ${name}(`)
  const flushMs = Number(/flush\((\d+)\)/.exec(handler)?.[1])
  expect(flushMs).toBeLessThan((Ask?.Properties.Timeout ?? 0) * 1000)
})

test.each(['20', '22', '24'])(
  'Node %s: all is delivered when the sandbox is frozen, by a server that takes its time',
  async (node) => {
    neatlogs = await startNeatlogs({ faults: { delayMs: 500 } })
    const sandbox = await open({ node })
    expect(await sandbox.invoke({ question: 'One?' })).toMatchObject({ statusCode: 200 })
    expect(neatlogs.ids()).toHaveLength(1)
    expect(await sandbox.invoke({ question: 'Two?' })).toMatchObject({ statusCode: 200 })
    expect(new Set(neatlogs.ids()).size).toBe(2)
    expect(sandbox.stderr()).not.toMatch(/warn/i)
  },
)

test('what the server refused before the freeze goes with the event after the thaw', async () => {
  neatlogs = await startNeatlogs({ faults: { status: 503 } })
  const sandbox = await open()
  await sandbox.invoke({ question: 'One?' })
  expect(neatlogs.ids()).toHaveLength(0)
  neatlogs.setFault(null)
  await sandbox.invoke({ question: 'Two?' })
  expect(new Set(neatlogs.ids()).size).toBe(2)
})

test('a connection that was closed while the sandbox was frozen does not keep the next event', async () => {
  neatlogs = await startNeatlogs()
  const sockets = new Set<Socket>()
  const proxy = createServer((socket) => {
    sockets.add(socket)
    const on = connect(neatlogs.port, '127.0.0.1')
    for (const one of [socket, on]) one.on('error', () => {})
    socket.pipe(on).pipe(socket)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  const sandbox = await open({ env: variables({ NEATLOGS_ENDPOINT: `http://127.0.0.1:${port}` }) })
  const endings = ['end', 'resetAndDestroy', 'destroy'] as const
  for (const [number, how] of endings.entries()) {
    await sandbox.invoke({ question: how })
    for (const socket of sockets) socket[how]()
    sockets.clear()
    await sandbox.invoke({ question: `after ${how}` })
    expect(new Set(neatlogs.ids()).size).toBe(2 * (number + 1))
  }
  proxy.close()
})

test("a call that fails is delivered too, and its error is the function's", async () => {
  neatlogs = await startNeatlogs()
  const sandbox = await open({ task: failingFunction() })
  expect(await sandbox.invoke({})).toMatchObject({ failed: { errorMessage: expect.stringContaining('404') } })
  expect(neatlogs.ids()).toHaveLength(1)
})

// SAM's and CDK's builders make one file of a function; the layer is found at run time.
test.each(['20', '24'])(
  'a function bundled into one file, Node %s: recorded as it goes over the wire',
  async (node) => {
    neatlogs = await startNeatlogs()
    const sandbox = await open({ node, task: await bundledFunction() })
    expect(await sandbox.invoke({ question: 'One?' })).toMatchObject({ statusCode: 200 })
    expect(await sandbox.invoke({ question: 'Two?' })).toMatchObject({ statusCode: 200 })
    expect(new Set(neatlogs.ids()).size).toBe(2)
    expect(sandbox.stderr()).not.toMatch(/warn/i)
  },
)

async function bundledFunction(): Promise<string> {
  const task = join(folder, 'bundled')
  const { build } = await import('rolldown')
  await build({
    input: join(folder, 'function/index.mjs'),
    platform: 'node',
    output: { file: join(task, 'index.mjs'), format: 'esm', minify: true },
    logLevel: 'silent',
  })
  expect(readdirSync(task)).toEqual(['index.mjs'])
  return task
}

/** The same handler with a model that does not exist. */
function failingFunction(): string {
  const task = join(folder, 'failing')
  cpSync(join(folder, 'function'), task, { recursive: true })
  const file = join(task, 'index.mjs')
  writeFileSync(file, readFileSync(file, 'utf8').replace('gpt-4o-mini', 'scenario-status-404'))
  return task
}

test('without --experimental-require-module the function works, unrecorded, and the log says what to add', async () => {
  neatlogs = await startNeatlogs()
  const env = variables()
  const sandbox = await open({ env: { ...env, NODE_OPTIONS: (env.NODE_OPTIONS ?? '').replace(/^\S+ /, '') } })
  expect(await sandbox.invoke({ question: 'One?' })).toMatchObject({ statusCode: 200 })
  expect(sandbox.stderr()).toContain('add --experimental-require-module to NODE_OPTIONS')
  expect(neatlogs.ids()).toHaveLength(0)
})
