/**
 * An array of a test's own: a tree of files in place of the kernel's configfs, and shims in place of LVM. What a directory
 * of configfs does by itself (files that appear with it, a rmdir that is refused while something leads to it) the shims of
 * mkdir and rmdir do.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const SCRIPT = new URL('../lio/lio.sh', import.meta.url).pathname
export const [PORT_A, PORT_B] = ['20:00:52:54:00:0a:00:01', '20:00:52:54:00:0b:00:01']
export const [BLADE1_A, BLADE1_B, BLADE2_A] = ['200052540000a00b', '200052540000b00b', '200052540000a00c']
export const colons = (wwpn: string): string => wwpn.replace(/..(?=.)/g, '$&:')
export const TAG = 'anyblade.a1b2.ldap'
export const GIB = String(1024 ** 3)

const SHIMS: Readonly<Record<string, string>> = {
  lvs: `[ ! -e "$LVM/fault" ] || { echo "lvs: locked" >&2; exit 5; }
[ ! -e "$LVM/still" ] || sleep 60
fields= ; while [ $# -gt 1 ]; do [ "$1" = -o ] && fields=$2; shift; done
of=\${1#/dev/}
case $of in mapper/san-*) of=san/\${of#mapper/san-} ;; esac
lv=\${of#*/}
case $fields in
lv_name) ls "$LVM/san" | sed 's/^/  /' ;;
vg_name,lv_name,lv_tags) for lv in $(ls "$LVM/san"); do printf '  san\\t%s\\t%s\\n' "$lv" "$(sed -n 's/^lv_tags=//p' "$LVM/san/$lv")"; done ;;
vg_name,lv_name) [ "$lv" != "$of" ] && [ -e "$LVM/san/$lv" ] || exit 5; printf '  %s\\n' "$of" ;;
*metadata_percent) [ "$of" = san/pool ] || exit 5; cat "$LVM/pool" ;;
*percent) [ "$of" = san/pool ] || exit 5; set -- $(cat "$LVM/pool"); printf '  %s\\t%s\\n' "$1" "$2" ;;
*) [ -n "$lv" ] && [ -e "$LVM/san/$lv" ] && [ "$lv" != "$of" ] || exit 5; sed -n "s/^$fields=/  /p" "$LVM/san/$lv" ;;
esac`,
  lvcreate: `while [ $# -gt 0 ]; do case $1 in -V) size=\${2%b} ;; -n) name=$2 ;; --addtag) tag=$2 ;; esac; shift; done
printf 'lv_size=%s\\nlv_tags=%s\\n' "$size" "$tag" >"$LVM/san/$name"`,
  lvremove: `while [ $# -gt 1 ]; do shift; done; rm "$LVM/\${1}"`,
  lvchange: `case $2 in
--addtag) sed -i "s/^lv_tags=\\(..*\\)/lv_tags=\\1,$3/; s/^lv_tags=$/lv_tags=$3/" "$LVM/$4" ;;
--deltag) sed -i "s/^\\(lv_tags=\\|lv_tags=.*,\\)$3\\(,\\|$\\)/\\1/; s/,$//" "$LVM/$4" ;;
esac`,
  blockdev: `of=\${2#/dev/}; case $of in mapper/san-*) of=san/\${of#mapper/san-} ;; esac
sed -n "s/^lv_size=//p" "$LVM/$of" 2>/dev/null || echo 1073741824`,
  lvextend: `while [ $# -gt 1 ]; do [ "$1" = -L ] && size=\${2%b}; shift; done; sed -i "s/^lv_size=.*/lv_size=$size/" "$LVM/$1"`,
  mkdir: `/bin/mkdir "$@"
for d in "$@"; do case $d in */core/iblock_*/*)
  /bin/mkdir -p "$d/wwn"; echo 0 >"$d/enable"; echo "UDEV PATH: /dev/san/\${d##*/} readonly: 0" >"$d/info" ;;
esac; done`,
  rmdir: `for d in "$@"; do
  case $d in */iblock_*) find "$ANYBLADE_ROOT" -type l -exec readlink -f {} + | grep -qx "$d" && { echo busy >&2; exit 1; } ;; esac
  [ -z "$(find "$d" -type l)" ] || { echo "not empty: $d" >&2; exit 1; }
  rm -r "$d"; done`,
}

/** What is made durable costs nothing there. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export type Answer = { readonly exit: number | null; readonly stdout: string; readonly stderr: string }

export class FakeArray {
  readonly root = mkdtempSync(join(MEMORY, 'anyblade-lio-'))
  readonly target = join(this.root, 'sys/kernel/config/target')
  readonly #shell: readonly string[]

  constructor(shell: readonly string[]) {
    this.#shell = shell
    for (const [port, blades] of [
      [PORT_A, [BLADE1_A, BLADE2_A]],
      [PORT_B, [BLADE1_B]],
    ] as const) {
      mkdirSync(join(this.target, 'fc', port, 'tpgt_1/lun'), { recursive: true })
      for (const blade of blades)
        mkdirSync(join(this.target, 'fc', port, 'tpgt_1/acls', colons(blade)), { recursive: true })
    }
    mkdirSync(join(this.target, 'core'))
    mkdirSync(join(this.root, 'lvm/san'), { recursive: true })
    mkdirSync(join(this.root, 'bin'))
    this.put('lvm/san/pool', 'lv_size=6442450944\nlv_tags=\n')
    this.put('lvm/pool', '  6442450944 10.00 5.00\n')
    mkdirSync(join(this.root, 'proc/sys/kernel/random'), { recursive: true })
    this.put('proc/sys/kernel/random/uuid', 'a8282f87-25c0-72d0-f974-2ae778942970\n')
    for (const [name, text] of Object.entries(SHIMS))
      writeFileSync(join(this.root, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }

  put = (path: string, text: string): void => writeFileSync(join(this.root, path), text)
  lun = (port: string, lun: number): string => join(this.target, 'fc', port, 'tpgt_1/lun', `lun_${lun}`)
  mapping = (port: string, blade: string, lun: number): string =>
    join(this.target, 'fc', port, 'tpgt_1/acls', colons(blade), `lun_${lun}`)
  lvs = (): string[] => readdirSync(join(this.root, 'lvm/san')).sort()

  /** As somebody else would have made it; links are named as targetcli names them. */
  backstore(name: string, device: string): string {
    const at = join(this.target, 'core/iblock_0', name)
    mkdirSync(join(at, 'wwn'), { recursive: true })
    writeFileSync(join(at, 'enable'), '1\n')
    writeFileSync(join(at, 'info'), `UDEV PATH: ${device} readonly: 0\n`)
    writeFileSync(join(at, 'wwn/vpd_unit_serial'), 'T10 VPD Unit Serial Number: 11111111-2222-3333-4444-555555555555\n')
    return at
  }

  link(folder: string, to: string, name = 'f00dfeed'): void {
    mkdirSync(folder, { recursive: true })
    symlinkSync(to, join(folder, name))
  }

  /** By a run, where anything is to be changed. */
  run(...args: readonly string[]): Answer {
    return args[0] === 'report' ? this.by([], ...args) : this.by(['as', 'r-test', '1'], ...args)
  }

  by(whom: readonly string[], ...args: readonly string[]): Answer {
    const [program = '', ...flags] = this.#shell
    const env = { PATH: `${this.root}/bin:${process.env.PATH}`, ANYBLADE_ROOT: this.root, LVM: `${this.root}/lvm` }
    const { status, stdout, stderr } = spawnSync(program, [...flags, SCRIPT, ...whom, ...args], {
      env,
      encoding: 'utf8',
    })
    return { exit: status, stdout, stderr }
  }

  carve = (): Answer => this.run('carve', 'san/pool', 'ldap', TAG, GIB)
  map = (...initiators: readonly string[]): Answer => this.run('map', 'ldap', TAG, '5', ...initiators)
  unmap = (...initiators: readonly string[]): Answer => this.run('unmap', 'ldap', TAG, '5', ...initiators)
  hide = (...initiators: readonly string[]): Answer => this.run('hide', 'ldap', TAG, ...initiators)
  remove = (): Answer => this.run('delete', 'san/pool', 'ldap', TAG)
}
