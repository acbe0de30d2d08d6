// The one list of names whose values are secret: fields of bodies, headers, query parameters, variables. Used before the disk and after it.
// Leaf of the house: any thread.

/** Without case, `-`, `_`, `.` and blanks. */
const NAMES: ReadonlySet<string> = new Set(
  (
    'authorization proxyauthorization bearer jwt secret password passwd passphrase pwd cookie cookies setcookie credential credentials ' +
    'azureadtoken connectionstring accountkey sharedaccesskey sharedaccesssignature clientassertion signingkey encryptionkey authkey idtoken ' +
    'xamzsecuritytoken xamzsignature xgoogsignature xgoogapikey'
  ).split(' '),
)
/** `openai_api_key`, `OCP-APIM-Subscription-Key`, `aws_secret_access_key`: whatever stands before these. */
const ENDINGS: readonly string[] = (
  'apikey subscriptionkey accesskey secretkey privatekey accesstoken refreshtoken bearertoken authtoken sessiontoken securitytoken apitoken ' +
  'secrettoken clientsecret apisecret appsecret consumersecret webhooksecret password passphrase authorization'
).split(' ')
/** In a URL's query, where a value is short and a credential often has a short name. */
const QUERY_NAMES: ReadonlySet<string> = new Set('key sig signature token auth code ticket sas session'.split(' '))
export const LONGEST_NAME = 64

/** The names of an API's fields are few; a program whose own are many is not remembered for ever. */
const MAX_KNOWN = 1000
const known = new Map<string, boolean>()
let more: ReadonlySet<string> = new Set()

/** Adds the names that `NEATLOGS_SECRET_NAMES` lists, in place of those added before. */
export function setSecretNames(names: readonly string[]): void {
  more = new Set(names.map(bareName).filter((name) => name !== ''))
  known.clear()
}

/** The same beside those added before: a program may have several recorders, and a key is one for all of them. */
export function addSecretNames(names: readonly string[]): void {
  if (names.length > 0) setSecretNames([...more, ...names])
}

/** True when the list was made longer: a quick look at a name's end tells nothing then. */
export function hasMoreNames(): boolean {
  return more.size > 0
}

/** Says whether the value under this name is secret. */
export function isSecretName(name: string): boolean {
  if (name === '' || name.length > LONGEST_NAME) return false
  let isSecret = known.get(name)
  if (isSecret === undefined) {
    const bare = bareName(name)
    isSecret = NAMES.has(bare) || more.has(bare) || ENDINGS.some((ending) => bare.endsWith(ending))
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(name, isSecret)
  }
  return isSecret
}

/** The same for a parameter of a URL. */
export function isSecretQuery(name: string): boolean {
  return isSecretName(name) || QUERY_NAMES.has(bareName(name)) || /^x-/i.test(name)
}

/** The names of a remote tool's headers whose values say nothing secret. All others may be credentials under any name. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set(
  'accept acceptencoding acceptlanguage contenttype contentlength useragent host connection mcpprotocolversion'.split(
    ' ',
  ),
)

/** Says whether a header that a request hands to a tool may be kept. */
export function isPlainHeader(name: string): boolean {
  return PLAIN_HEADERS.has(bareName(name))
}

/** Says whether a header of a client holds a credential, by any part of its name. */
export function isSecretHeader(name: string): boolean {
  return isSecretName(name) || /auth|key|token|secret|cookie|password|signature/i.test(name)
}

function bareName(name: string): string {
  return name.toLowerCase().replace(/[-_.\s]/g, '')
}
