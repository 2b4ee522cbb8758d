# shellcheck shell=sh
# PATH BEFORE write|remove: puts a file of the host in effect, its text on stdin. BEFORE is the SHA-256 of the file it was
# made from, or `absent`. What the file is for says whether it took: where that tool does not, the former file comes back.
export LC_ALL=C
root=${ANYBLADE_ROOT-}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

path=${1-} before=${2-} how=${3-}
case $path in
  /etc/lvm/lvmlocal.conf) reader=lvm ;;
  /etc/mdadm.conf.d/anyblade.conf | /etc/mdadm/mdadm.conf.d/anyblade.conf) reader=mdadm ;;
  /etc/systemd/system/libvirtd.service.d/anyblade.conf | /etc/systemd/system/virtqemud.service.d/anyblade.conf) reader=systemd ;;
  *) fail "not a file of the baseline: $path" ;;
esac
case $before in absent) ;; *[!0-9a-f]* | '') fail "not a SHA-256: $before" ;; esac
case $how in write | remove) ;; *) fail "neither write nor remove: $how" ;; esac

work=$(mktemp -d "${TMPDIR:-/run}/anyblade.XXXXXX") || fail 'no room for the text in /run'
trap 'rm -rf "$work"' EXIT
cat >"$work/text" || fail 'no room for the text in /run'

hash_of() { if [ -f "$1" ]; then sha256sum <"$1" | cut -d ' ' -f 1; else echo absent; fi; }
wanted() { if [ "$how" = write ]; then hash_of "$work/text"; else echo absent; fi; }

# $1 the new content or nothing, put in place by rename; owner and mode of the former file are kept
put() {
  target=$root$path
  if [ -z "$1" ]; then
    rm -f "$target"
  else
    mkdir -p "${target%/*}" || return 1
    rm -f "$target.anyblade"
    if [ -f "$target" ]; then cp -p "$target" "$target.anyblade"; else (umask 022 && : >"$target.anyblade"); fi || return 1
    cat "$1" >"$target.anyblade" || return 1
    sync "$target.anyblade" 2>/dev/null || sync
    mv -f "$target.anyblade" "$target" || return 1
    ! command -v restorecon >/dev/null || restorecon "$target"
  fi
  sync "${target%/*}" 2>/dev/null || sync
}

# Whether the tool reads it, and what it has in effect then.
in_effect() {
  case $reader in
    lvm) timeout -k 2 20 lvmconfig --type full devices/global_filter 2>&1 </dev/null ;;
    mdadm) timeout -k 2 20 mdadm --detail --scan 2>&1 </dev/null | grep -i "anyblade.conf\|unknown keyword" && return 1
      printf 'mdadm reads it at the next array that comes\n' ;;
    systemd)
      unit=${path#/etc/systemd/system/}
      unit=${unit%%.d/*}
      timeout -k 2 30 systemctl daemon-reload 2>&1 </dev/null || return 1
      after=$(timeout -k 2 20 systemctl show -p After "$unit" 2>&1 </dev/null)
      [ "$how" = remove ] && return 0
      case " ${after#After=} " in *' multipathd.service '*) printf '%s starts after multipathd.service\n' "$unit" ;; *) return 1 ;; esac
      ;;
  esac
}

now=$(hash_of "$root$path")
[ "$now" = "$before" ] || [ "$now" = "$(wanted)" ] ||
  fail "$path changed meanwhile: $now, it was $before when the text was made"
[ "$now" = absent ] || cp -p "$root$path" "$work/former" || fail 'no room for the former file in /run'
if [ "$how" = write ]; then put "$work/text"; else put ''; fi || fail "$path can not be written"
if ! said=$(in_effect); then
  if [ "$now" = absent ]; then put ''; else put "$work/former"; fi
  in_effect >/dev/null
  fail "$path did not take effect: $(printf '%s\n' "$said" | head -n 1); the former file is back"
fi
printf '%s is %s\n' "$path" "$(wanted | cut -c 1-12)"
[ -z "$said" ] || printf '%s\n' "$said"
