export function packCheckout(folder: string): string
export function copyExample(name: string, folder: string, tarball: string): string
