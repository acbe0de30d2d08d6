// Another tool: an in-thread hook that loads one file itself and passes nothing on.
import { readFileSync } from 'node:fs'
import module from 'node:module'

module.registerHooks({
  load(url, context, next) {
    if (!url.endsWith('/openai/client.mjs')) return next(url, context)
    return { format: 'module', source: readFileSync(new URL(url), 'utf8'), shortCircuit: true }
  },
})
