// Lambda's sandbox without AWS: a Runtime API on 127.0.0.1 and a process that is frozen (SIGSTOP) the moment its answer is there,
// thawed for the next event, and killed without a word in the end.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

const DEADLINE_MS = 30_000
/** What Lambda adds on Node 20 to 24, unless NODE_OPTIONS says the opposite. */
const LAMBDA_FLAGS = ['--no-experimental-require-module']

/** Starts a sandbox: `task` is the function's folder, `modules` the layer's node_modules, `env` the function's variables. */
export async function startSandbox({ task, modules, env, node = process.execPath }) {
  const state = { waiting: null, events: [], answered: null }
  const server = createServer((request, response) => route(request, response, state, () => child.kill('SIGSTOP')))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const isOn = (flag) => (env.NODE_OPTIONS ?? '').includes(flag.replace('--no-', '--'))
  const flags = LAMBDA_FLAGS.filter((flag) => !isOn(flag))
  const child = spawn(node, [...flags, fileURLToPath(new URL('runtime.mjs', import.meta.url))], {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${server.address().port}`,
      LAMBDA_TASK_ROOT: task,
      _HANDLER: 'index.handler',
      NODE_PATH: modules,
      ...env,
    },
  })
  process.on('exit', () => child.kill('SIGKILL')) // frozen, it would stay for ever
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })))
  return {
    stderr: () => stderr,
    /** Thaws the sandbox for one event. Resolves with the handler's answer; the process is frozen by then. */
    async invoke(event) {
      child.kill('SIGCONT')
      const answer = new Promise((resolve) => {
        state.answered = resolve
      })
      state.events.push(event)
      serve(state)
      const early = ended.then(({ code, signal }) => Promise.reject(new Error(`ended by ${signal ?? code}: ${stderr}`)))
      return Promise.race([answer, early])
    },
    /** As Lambda ends a sandbox that it has no more use for. */
    async kill() {
      child.kill('SIGKILL')
      await ended
      server.closeAllConnections()
      server.close()
    },
  }
}

async function route(request, response, state, freeze) {
  if (request.url.endsWith('/invocation/next')) {
    state.waiting = response
    serve(state)
    return
  }
  let body = ''
  for await (const piece of request) body += piece
  freeze()
  response.writeHead(202).end()
  state.answered?.(request.url.endsWith('/response') ? JSON.parse(body) : { failed: JSON.parse(body) })
}

function serve(state) {
  if (state.waiting === null || state.events.length === 0) return
  const response = state.waiting
  state.waiting = null
  response.setHeader('lambda-runtime-aws-request-id', `local-${Date.now()}`)
  response.setHeader('lambda-runtime-deadline-ms', String(Date.now() + DEADLINE_MS))
  response.end(JSON.stringify(state.events.shift()))
}
