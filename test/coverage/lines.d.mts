export type Lines = Map<string, Map<number, number>>
export function addScript(lines: Lines, root: string, key: string, script: object): Promise<void>
export function addFiles(lines: Lines, root: string, files: object): void
