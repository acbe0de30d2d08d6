/** Throws over an option that the bench does not know. */
export function parseOptions(argv: readonly string[]): object
