// Another tool: an in-thread hook (asynchronous where there is none) that gives sources as other types than Node does.
import module from 'node:module'

const bytes = (source) =>
  typeof source === 'string' ? new TextEncoder().encode(source) : new Uint8Array(source).buffer
const change = (loaded) =>
  loaded.source && loaded.format === 'module' ? { ...loaded, source: bytes(loaded.source) } : loaded
if (module.registerHooks) module.registerHooks({ load: (url, context, next) => change(next(url, context)) })
