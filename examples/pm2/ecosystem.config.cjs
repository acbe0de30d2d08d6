const { join } = require('node:path')
const { pathToFileURL } = require('node:url')

const hasKey = Boolean(process.env.OPENAI_API_KEY)
const MODEL_PORT = process.env.MODEL_PORT ?? '8089'
const register = pathToFileURL(join(__dirname, 'node_modules/neatlogs/register.mjs'))

const recorded = {
  cwd: __dirname,
  // Not NODE_OPTIONS in `env`: in cluster mode PM2 sets `env` when the process runs already. Absolute, as its daemon keeps the
  // working folder that it was first started from.
  node_args: [`--import=${register}`],
  // PM2 kills 1.6 s after its SIGINT unless told otherwise; delivery at the end may take NEATLOGS_EXIT_TIMEOUT_MS (2 s).
  kill_timeout: 5000,
}
const local = hasKey ? {} : { OPENAI_API_KEY: 'sk-local', OPENAI_BASE_URL: `http://127.0.0.1:${MODEL_PORT}/v1` }

// Answers in OpenAI's place.
const model = {
  name: 'model',
  script: process.execPath,
  interpreter: 'none',
  args: [join(__dirname, '../../fixtures/servers/openai.mjs'), '--port', MODEL_PORT],
}

module.exports = {
  apps: [
    ...(hasKey ? [] : [model]),
    {
      ...recorded,
      name: 'worker',
      script: 'worker.mjs',
      exec_mode: 'fork',
      // Else both would have the name in package.json.
      env: { ...local, NEATLOGS_SERVICE: 'worker' },
    },
    {
      ...recorded,
      name: 'web',
      script: 'web.mjs',
      exec_mode: 'cluster',
      instances: 2,
      env: { ...local, NEATLOGS_SERVICE: 'web', PORT: process.env.PORT ?? '3000' },
    },
  ],
}
