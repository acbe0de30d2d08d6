export interface Bundled {
  readonly name: string
  readonly version: string
  readonly licence: string
  readonly text: string
}
export function isPermissive(licence: string | undefined): boolean
export function bundledPackages(): Promise<readonly Bundled[]>
export function notices(): Promise<string>
