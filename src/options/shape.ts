// What can be configured, as the program holds it: one field for each row of table.ts.

export type ExporterName = 'neatlogs' | 'otlp' | 'file' | 'stdout' | 'none'
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
export interface Environment {
  readonly [name: string]: string | undefined
}

export interface Options {
  readonly apiKey: string | null
  readonly traceId: string | null
  readonly tags: readonly string[]
  readonly endpoint: string
  /** Empty when the destination is to be chosen from what is set (see `chooseExporters`). */
  readonly exporters: readonly ExporterName[]
  readonly protocol: 'otlp' | 'trace' | 'v1'
  readonly project: string | null
  readonly dir: string | null
  readonly service: string | null
  readonly userId: string | null
  readonly metadata: { readonly [key: string]: unknown }
  readonly capture: 'inference' | 'all'
  readonly captureContent: boolean
  /** Content in spans to an OpenTelemetry backend: only when asked for, never when `captureContent` is false. */
  readonly otlpContent: boolean
  readonly redact: readonly string[]
  /** Names whose values are secret, beside those of src/secrets/names.ts. */
  readonly secretNames: readonly string[]
  readonly maxBodyBytes: number
  readonly sampleRate: number
  /** What becomes of calls whose parent is not sampled; null: as `OTEL_TRACES_SAMPLER` has it, else `link`. */
  readonly unsampled: 'link' | 'follow' | null
  readonly spoolMaxBytes: number
  readonly fileMaxBytes: number
  readonly exitTimeoutMs: number
  readonly logLevel: LogLevel
  readonly debug: boolean
  readonly disabled: boolean
}
