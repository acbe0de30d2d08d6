// Traceloop as its getting-started page says; the class is handed over (`instrumentModules`), since an ES module's import is not seen
// otherwise. Batching and content are its defaults; the prompt registry's polling is off.
import * as traceloop from '@traceloop/node-server-sdk'
import OpenAI from 'openai'
import { flushAtEnd } from './ending.mjs'

traceloop.initialize({
  appName: 'bench',
  apiKey: 'bench-key',
  baseUrl: process.env.BENCH_SINK,
  instrumentModules: { openAI: OpenAI },
  silenceInitializationMessage: true,
  traceloopSyncEnabled: false,
})
flushAtEnd(() => traceloop.forceFlush())
