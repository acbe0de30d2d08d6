// Sentry as its README says: `init` in a file that is imported before the program, tracing on, inputs and outputs of openai recorded.
import * as Sentry from '@sentry/node'
import { flushAtEnd } from './ending.mjs'

const { host } = new URL(process.env.BENCH_SINK)
Sentry.init({
  dsn: `http://public@${host}/1`,
  tracesSampleRate: 1,
  integrations: [Sentry.openAIIntegration({ recordInputs: true, recordOutputs: true })],
})
flushAtEnd(() => Sentry.flush(10_000))
