// Which of the packages that hook modules are loaded; openai too when argv[2] says so.
if (process.argv[2]) globalThis.uses = [require('openai').OpenAI]
const names = ['import-in-the-middle', 'require-in-the-middle']
console.log(names.filter((name) => Object.keys(require.cache).some((path) => path.includes(`/${name}/`))).join())
