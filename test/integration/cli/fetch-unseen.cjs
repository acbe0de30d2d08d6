// A stand-in for a Node whose fetch shows no requests on its channels: `--require` it.
globalThis.fetch = async () => new Response('')
