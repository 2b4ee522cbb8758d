/**
 * Blades of the farm with a multipath configuration of their own: a drop-in that gives every LUN its alias but the last, whose
 * map goes by its WWID until the blade's multipathd names it. Candidates are read by the real multipath; the daemon is a
 * stand-in that answers at once.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderAliases } from '@anyblade/multipath'
import { aliasOf, naa } from '../documents.ts'
import type { Farm } from './farm.ts'
import { LUNS, nodes, statusOf } from './tree.ts'

export const DROP_IN = '/etc/multipath/conf.d/anyblade.conf'
const MAIN = 'defaults {\n\tuser_friendly_names no\n}\n'

type Named = { readonly alias: string; readonly wwid: string }
const named = (lun: number): Named => ({ alias: aliasOf(lun), wwid: `3${naa(lun)}` })
const LAST = LUNS - 1
/** What is rolled out, and what every blade has of the others. */
export const NEW = named(LAST)
export const OTHERS: readonly Named[] = Array.from({ length: LAST }, (_, lun) => named(lun))
/** Of a blade's maps the one that is not shared. */
const OWN_MAP = `sys/block/dm-${LAST}`

export class ConfiguredBlades {
  readonly #farm: Farm
  readonly #before: string

  constructor(farm: Farm) {
    this.#farm = farm
    const aliases = OTHERS.toSorted((a, b) => (a.alias < b.alias ? -1 : 1))
    const defaults = { reservation_key: 'file' }
    this.#before = renderAliases({ release: '0.9.4', aliases, defaults, overrides: {} })
    mkdirSync(farm.tools)
    for (const [name, text] of Object.entries(standIns(farm)))
      writeFileSync(join(farm.tools, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    for (const [name, lines] of Object.entries(ANSWERS))
      writeFileSync(join(farm.tools, name), lines.map((line) => `${line}\n`).join(''))
    execFileSync('mknod', [join(farm.shared, 'dev/mapper', NEW.alias), 'b', '7', '99'])
    for (const root of this.#roots()) equip(root, farm.shared)
    this.reset()
  }

  /** As it was before the roll-out. */
  reset(): void {
    for (const root of this.#roots()) {
      writeFileSync(join(root, DROP_IN), this.#before)
      writeFileSync(nameOfMap(root), `${NEW.wwid}\n`)
    }
  }

  /** @throws Error where a blade does not call all LUNs by their aliases, now and after its next boot */
  check(whose: string): void {
    for (const root of this.#roots()) {
      const name = readFileSync(nameOfMap(root), 'utf8').trim()
      const aliases = readFileSync(join(root, DROP_IN), 'utf8').match(/^\s*alias vm\d+$/gm)?.length
      if (name !== NEW.alias || aliases !== LUNS)
        throw new Error(`after ${whose}, ${root} calls the LUN ${name} and has ${aliases} aliases in its file`)
    }
  }

  #roots(): string[] {
    return this.#farm.names.map((name) => this.#farm.root(name))
  }
}

const nameOfMap = (root: string): string => join(root, OWN_MAP, 'dm/name')

function equip(root: string, shared: string): void {
  const maps = join(root, 'sys/block')
  rmSync(maps) // a link to those that all blades share
  mkdirSync(maps)
  for (const lun of OTHERS.keys()) symlinkSync(join(shared, `block/dm-${lun}`), join(maps, `dm-${lun}`))
  execFileSync('cp', ['-R', join(shared, `block/dm-${LAST}`), maps])
  mkdirSync(join(root, 'etc/multipath/conf.d'), { recursive: true })
  writeFileSync(join(root, 'etc/multipath.conf'), MAIN)
}

const ANSWERS = {
  paths: ['dev dm_st', ...nodes.map((node) => `${node} active`)],
  maps: OTHERS.map(({ alias, wwid }) => `${alias} ${wwid}`),
  status: [...OTHERS.keys()].map(statusOf),
  'own-status': [statusOf(LAST)],
}

/** `multipath-try` is an administrator's: multipath checks no other file than its own, so it is shown one in its place. */
const standIns = ({ tools, shared }: Farm): Record<string, string> => ({
  multipath: `case $1 in
  -t) exec /usr/sbin/multipath -t ;;
  -h) echo 'multipath-tools v0.9.4 (12/19, 2022)' && echo '  multipath [-v level] -t' ;;
esac`,
  dmsetup: `case $1 in info) exec cat ${shared}/dm-open ;; esac
read -r name <"$ANYBLADE_ROOT/${OWN_MAP}/dm/name"
read -r _ status <${tools}/own-status
cat ${tools}/status && printf '%s: %s\\n' "$name" "$status"`,
  multipathd: `own=$ANYBLADE_ROOT/${OWN_MAP}/dm/name file=$ANYBLADE_ROOT${DROP_IN}
case $* in
  '-kshow daemon') echo 'pid 12 idle' ;;
  '-kshow config') exec cat "$ANYBLADE_ROOT/etc/multipath.conf" "$file" ;;
  '-kshow paths '*) exec cat ${tools}/paths ;;
  'show maps '*) cat ${tools}/maps && read -r name <"$own" && echo "$name ${NEW.wwid}" ;;
  -kreconfigure | reconfigure)
    awk '$1 == "wwid" { its = $2 ~ /^"?${NEW.wwid}"?$/ } $1 == "alias" && its { name = $2 }
      END { print name ? name : "${NEW.wwid}" }' "$file" >"$own" && echo ok ;;
esac`,
  'multipath-try': `etc=$(mktemp -d /run/multipath-try.XXXXXX) || exit
trap 'rm -rf "$etc"' EXIT
cp -R "$ANYBLADE_ROOT/etc/multipath.conf" "$ANYBLADE_ROOT/etc/multipath" "$etc" || exit
cp "$1" "$etc${DROP_IN.replace('/etc', '')}" || exit
said=$(unshare -m sh -c 'mount --make-rprivate / && mount --bind "$1" /etc && exec multipath -t' sh "$etc" 2>&1 >/dev/null) || exit
[ -z "$said" ] || { echo "$said" >&2 && exit 1; }`,
})
