export interface RunTimePackage {
  readonly path: string
  readonly name: string
  readonly version: string
  readonly licence: string
}
export function runTimePackages(): readonly RunTimePackage[]
export function runTimeManifests(): { readonly manifest: object; readonly lock: object }
