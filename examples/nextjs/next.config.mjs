export default {
  // Next bundles packages into the server's code, where no loader sees them. Outside, openai is what Node loads and neatlogs hooks.
  serverExternalPackages: ['openai'],
}
