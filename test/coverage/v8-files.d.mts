export interface Collector {
  collect(isLast?: boolean): void
  merged(): Map<string, object>
  readonly counts: { readonly files: number; readonly broken: number }
}
export function openCollector(folder: string, distFiles: ReadonlyMap<string, number>): Collector
