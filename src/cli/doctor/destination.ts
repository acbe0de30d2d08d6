// Doctor, destination: which ones are chosen and why, and what each server answers to a test record. Out: findings.
import type { Destination, Outcome } from '../../destinations/destination.ts'
import { neatlogsUrl, otlpUrl } from '../../destinations/fingerprint.ts'
import { openDestination } from '../../destinations/open.ts'
import { chooseExporters, type Environment, type ExporterName, type Options } from '../../options/options.ts'
import { type Finding, say } from './finding.ts'
import { testRecord } from './test-record.ts'

/** A person waits: a server that is slower than this is as good as none. */
const TIMEOUT_MS = 10_000

export async function checkDestinations(options: Options, env: Environment): Promise<Finding[]> {
  const names = chooseExporters(options, env)
  const why = reasonFor(names, options, env)
  const open = names.filter((name) => name !== 'none')
  if (open.length === 0) return [say('NOWHERE', { why })]
  const findings: Finding[] = []
  for (const name of open) {
    const address = addressOf(name, options, env)
    findings.push(say('CHOSEN', { name, address, why }))
    const destination = await openDestination(name, options, env)
    // The same words come again as the answer to the test record.
    const answered = name === 'file' || name === 'stdout' ? [] : [await sendTest(destination, address)]
    const warnings = destination.warnings.filter((warning) => !answered.some(({ text }) => text.includes(warning)))
    findings.push(...warnings.map((warning) => say('DESTINATION_WARNING', { name, warning })), ...answered)
    destination.close()
  }
  return findings
}

function reasonFor(names: readonly ExporterName[], options: Options, env: Environment): string {
  if (options.exporters.length > 0) {
    const isStopped = names.includes('none') && !options.exporters.includes('none')
    return isStopped
      ? 'OTEL_SDK_DISABLED or OTEL_TRACES_EXPORTER turns it off'
      : `NEATLOGS_EXPORTER=${options.exporters.join(',')}`
  }
  if (options.apiKey !== null) return 'NEATLOGS_API_KEY is set'
  if (names[0] !== 'otlp') return 'no key and no OpenTelemetry endpoint is set'
  const isExact = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim()
  return `${isExact ? 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' : 'OTEL_EXPORTER_OTLP_ENDPOINT'} is set`
}

/** Without credentials and query: those are secrets. */
function addressOf(name: ExporterName, options: Options, env: Environment): string {
  if (name === 'file') return `record files in ${options.dir}/records`
  if (name === 'stdout') return "the program's standard output"
  const url = name === 'otlp' ? otlpUrl(env) : neatlogsUrl(options)
  return `${url.origin}${url.pathname}`
}

async function sendTest(destination: Destination, address: string): Promise<Finding> {
  const startedAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, {
      kind: 'retry',
      afterMs: null,
      reason: `no answer within ${TIMEOUT_MS} ms`,
    })
  })
  const outcome = await Promise.race([destination.send([testRecord(Date.now())], { droppedCount: 0 }), late])
  clearTimeout(timer)
  return judge(outcome, destination.name, address, Math.round(performance.now() - startedAt))
}

function judge(outcome: Outcome, name: string, address: string, ms: number): Finding {
  if (outcome.kind === 'delivered') {
    if (outcome.rejectedCount || outcome.message) return say('TAKEN_PARTLY', { name, reason: outcome.message ?? '' })
    return say(name === 'neatlogs' ? 'KEY_ACCEPTED' : 'TAKEN', { name, ms })
  }
  if (outcome.kind === 'rejected') {
    return say('REFUSED', { name, reason: `HTTP ${outcome.status ?? '-'} ${oneLine(outcome.answer)}`.trim() })
  }
  const reason = oneLine(outcome.reason)
  if (outcome.kind === 'too_large') return say('REFUSED', { name, reason })
  if (outcome.kind === 'retry') return say(/^HTTP \d/.test(reason) ? 'BUSY' : 'UNREACHABLE', { name, address, reason })
  if (/ is not set: /.test(reason)) return say('KEY_MISSING', { name, reason })
  if (reason.startsWith('key refused')) return say('KEY_REFUSED', { name, reason })
  if (reason.startsWith('the server redirects')) return say('REDIRECTED', { name, reason })
  return say('NOT_SENT', { name, reason })
}

/** A server's answer may be a page, or hold what drives a terminal. */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300)
}
