// Doctor, destination: which ones are chosen and why, and what each server answers to a test record. Out: findings.
import type { Destination, Outcome } from '../../destinations/destination.ts'
import { neatlogsUrl } from '../../destinations/fingerprint.ts'
import { openDestination } from '../../destinations/open.ts'
import { headerTexts, otlpTarget, signalVariable } from '../../destinations/otlp-target.ts'
import { chooseExporters, type Environment, type ExporterName, type Options } from '../../options/options.ts'
import { type Finding, say } from './finding.ts'
import { checkMetrics } from './metrics.ts'
import { inTime } from './patience.ts'
import { testRecord } from './test-record.ts'

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
    const answered = name === 'file' || name === 'stdout' ? [] : [await sendTest(destination, address, env)]
    const warnings = destination.warnings.filter((warning) => !answered.some(({ text }) => text.includes(warning)))
    findings.push(...warnings.map((warning) => say('DESTINATION_WARNING', { name, warning })), ...answered)
    // Who takes no record is not asked for more.
    const isTaken = answered.every(({ level }) => level !== 'problem')
    if (isTaken) findings.push(...(await checkMetrics(destination, testRecord(Date.now()), env)))
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
  return `${signalVariable(env, 'TRACES', 'ENDPOINT') ?? `OTEL_TRACES_EXPORTER=${env.OTEL_TRACES_EXPORTER?.trim()}`} is set`
}

/** The variables that a person has to look at for this destination. */
function variablesOf(name: string, env: Environment): { key: string; setting: string; protocol: string } {
  if (name !== 'otlp') return { key: 'NEATLOGS_API_KEY', setting: 'NEATLOGS_ENDPOINT', protocol: 'NEATLOGS_PROTOCOL' }
  return {
    key: headerTexts(env, 'TRACES').at(-1)?.variable ?? 'OTEL_EXPORTER_OTLP_HEADERS',
    setting: otlpTarget(env, 'TRACES').variable ?? 'OTEL_EXPORTER_OTLP_ENDPOINT',
    protocol: signalVariable(env, 'TRACES', 'PROTOCOL') ?? 'OTEL_EXPORTER_OTLP_PROTOCOL',
  }
}

/** Without credentials and query: those are secrets. */
function addressOf(name: ExporterName, options: Options, env: Environment): string {
  if (name === 'file') return `record files in ${options.dir}/records`
  if (name === 'stdout') return "the program's standard output"
  if (name !== 'otlp') return shown(neatlogsUrl(options))
  const { url, protocol } = otlpTarget(env, 'TRACES')
  return protocol === 'grpc' ? `${url.origin} by gRPC` : shown(url)
}

function shown(url: URL): string {
  return `${url.origin}${url.pathname}`
}

async function sendTest(destination: Destination, address: string, env: Environment): Promise<Finding> {
  const startedAt = performance.now()
  const sent = destination.send([testRecord(Date.now())], { droppedCount: 0 })
  const outcome = await inTime<Outcome>(sent, (reason) => ({ kind: 'retry', afterMs: null, reason }))
  return judge(outcome, destination.name, address, env, Math.round(performance.now() - startedAt))
}

function judge(outcome: Outcome, name: string, address: string, env: Environment, ms: number): Finding {
  const variables = variablesOf(name, env)
  if (outcome.kind === 'delivered') {
    if (outcome.rejectedCount || outcome.message) return say('TAKEN_PARTLY', { name, reason: outcome.message ?? '' })
    return say(name === 'neatlogs' ? 'KEY_ACCEPTED' : 'TAKEN', { name, ms })
  }
  if (outcome.kind === 'rejected') {
    return say('REFUSED', {
      ...variables,
      name,
      reason: `HTTP ${outcome.status ?? '-'} ${oneLine(outcome.answer)}`.trim(),
    })
  }
  const reason = oneLine(outcome.reason)
  if (outcome.kind === 'too_large') return say('REFUSED', { ...variables, name, reason })
  if (outcome.kind === 'retry')
    return say(/^HTTP \d/.test(reason) ? 'BUSY' : 'UNREACHABLE', { ...variables, name, address, reason })
  if (/ is not set: /.test(reason)) return say('KEY_MISSING', { name, reason })
  if (reason.startsWith('key refused')) return say('KEY_REFUSED', { ...variables, name, reason })
  if (reason.startsWith('the server redirects')) return say('REDIRECTED', { ...variables, name, reason })
  if (/^(nobody serves this path|the answer is not one of this protocol)/.test(reason)) {
    return say('WRONG_ADDRESS', { ...variables, name, address, reason })
  }
  return say('NOT_SENT', { name, reason })
}

/** A server's answer may be a page, or hold what drives a terminal. */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300)
}
