export interface ResourceMethod {
  /** `chat.completions.create`. */
  readonly name: string
  /** Null for a helper that makes other methods' requests. */
  readonly verb: string | null
  /** Ids are `ID`. */
  readonly path: string | null
  /** Its answer type has `usage`. */
  readonly hasUsage: boolean
}
export const TITLE: string
export function newestTested(): string
export function testedFolder(version: string): string
export function resourceMethods(folder: string): Promise<readonly ResourceMethod[]>
export function resourceTable(
  version: string,
  methods: readonly ResourceMethod[],
  kindOf: (verb: string, path: string) => 'call' | 'read' | 'unsure' | 'none',
): string
