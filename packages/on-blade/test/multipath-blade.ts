/**
 * A blade for acts on multipath's configuration: two maps under their WWIDs, a real multipath that reads candidates, and a
 * multipathd of files that names maps by the aliases that stand in them.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'

export const FILE = '/etc/multipath/conf.d/anyblade.conf'
export const MAIN = 'defaults {\n\tuser_friendly_names no\n}\n'
export const LDAP = '3600140500000000000000000000000a1'
export const WWW = '3600140500000000000000000000000a2'
export const conf = (...pairs: (readonly [string, string])[]): string =>
  `multipaths {\n${pairs.map(([alias, wwid]) => `\tmultipath {\n\t\twwid "${wwid}"\n\t\talias ${alias}\n\t}\n`).join('')}}\n`
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The installed multipath reads candidates; what it would change on this machine is only noted. */
const MULTIPATH = `#!/bin/sh
here=$(dirname "$0")
case $1 in
  -t) [ -f "$here/hangs" ] && [ -f /etc/multipath/conf.d/anyblade.conf ] && exec sleep 60; exec /usr/sbin/multipath -t ;;
  -h) echo 'usage: multipath -t' ;;
  -a) echo "$2" >>"$here/added" ;;
esac
`
/** Names the maps of the tree by the aliases that stand in its configuration, as a daemon does at a reconfigure. */
const MULTIPATHD = `#!/bin/sh
here=$(dirname "$0") root=$ANYBLADE_ROOT
[ -f "$here/says" ] && cat "$here/says" >&2
case $1 in
  '-kshow daemon') [ -f "$here/dead" ] && { echo 'error -1 receiving packet'; exit; }; echo 'pid 12 idle'; exit ;;
  '-kshow config') cat "$here/deaf" 2>/dev/null || cat "$root"/etc/multipath.conf "$root"/etc/multipath/conf.d/*.conf; exit ;;
  '-kshow paths '*) echo 'dev dm_st'; cat "$here/paths"; exit ;;
  -kreconfigure) ;;
  *) exit ;;
esac
echo reconfigure >>"$here/calls"
[ -f "$here/drops" ] && rm -f "$root"/sys/block/dm-1/slaves/sdd
[ -f "$here/fails" ] && echo 'sdc failed' >"$here/paths"
[ -f "$here/refuses" ] && { echo timeout; exit; }
echo ok
for map in "$root"/sys/block/dm-*; do
  wwid=$(sed 's/^mpath-//' "$map/dm/uuid")
  alias=$(cat "$root"/etc/multipath/conf.d/*.conf 2>/dev/null | awk -v w="\\"$wwid\\"" '$1 == "wwid" { f = $2 == w } $1 == "alias" && f { print $2 }')
  rm -f "$root/dev/mapper/$(cat "$map/dm/name")"
  echo "\${alias:-$wwid}" >"$map/dm/name"
  mknod "$root/dev/mapper/\${alias:-$wwid}" b 7 99
done
[ -f "$here/loses" ] && grep -qs ldap "$root$(cat "$here/loses")" && rm -r "$root/sys/block/dm-1"
exit 0
`

export const noMultipath =
  userInfo().uid !== 0
    ? 'needs root'
    : existsSync('/usr/sbin/multipath')
      ? false
      : 'needs Debian package multipath-tools'

/** `files` stand beside its tools. */
export function multipathBlade(base: string, shell: string, files: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(base, 'blade-'))
  const bin = join(root, 'bin')
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  mkdirSync(join(root, 'dev/mapper'), { recursive: true })
  write('etc/multipath.conf', MAIN)
  for (const [dm, wwid] of [
    ['dm-0', LDAP],
    ['dm-1', WWW],
  ] as const) {
    write(`sys/block/${dm}/dm/uuid`, `mpath-${wwid}\n`)
    write(`sys/block/${dm}/dm/name`, `${wwid}\n`)
  }
  for (const [name, text] of Object.entries({ multipath: MULTIPATH, multipathd: MULTIPATHD, ...files })) {
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, name), text, { mode: 0o755 })
  }
  const env = { PATH: `${bin}:${shell}:${process.env.PATH}`, ANYBLADE_ROOT: root }
  const read = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined)
  return { root, bin, env, read, write }
}
