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
export interface SocketClass {
  readonly name: string
  /** `realtime/ws.mjs`. */
  readonly file: string
}
export function socketClasses(folder: string): readonly SocketClass[]
export function resourceTable(
  version: string,
  methods: readonly ResourceMethod[],
  kindOf: (verb: string, path: string) => 'call' | 'read' | 'unsure' | 'none',
  sockets: readonly SocketClass[],
  wrapped: readonly { readonly file: string; readonly report: string }[],
): string
