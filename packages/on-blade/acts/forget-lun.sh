# shellcheck shell=sh disable=SC2154 # after traces.sh
# Takes away what the tools have written down of LUNs that are gone: lines of multipath's files, entries of LVM's devices
# file, links that udev left dangling. Refused while a device or a map of one is there: then it is not gone, and nothing is
# forgotten of any.
need_luns_arguments "$@"

settle_udev
traces=$(traces) || fail 'what is left could not be looked for'

need_gone() {
  case $1 in
    devices | maps)
      take_lun "$2"
      fail "$volume is still there: $3"
      ;;
  esac
}
for_each_line need_gone "$traces"

# those of $1, a line each
remove_files() {
  [ -n "$1" ] || return 0
  set -f
  IFS=$lf
  # shellcheck disable=SC2086 # a list of files
  rm -f $1
  set +f
  unset IFS
}

dangling= listed= noted=' ' entries=
sort_out() {
  take_lun "$2"
  case $1 in
    links) [ ! -L "$3" ] || [ -e "$3" ] || dangling="$dangling$3$lf" ;;
    wwids) listed="$listed $wwid" ;;
    bindings | prkeys) case $noted in *" $1 "*) ;; *) noted="$noted$1 " ;; esac ;;
    lvm) entries="$entries$3$lf" ;;
  esac
}
for_each_line sort_out "$traces"

remove_files "$dangling"
[ -z "$listed" ] || unlist "$listed" >/dev/null
# multipath has no command that forgets a name or a key of a map that is gone; it reads these files anew
for name in $noted; do
  file=$root/etc/multipath/$name
  cp -p "$file" "$file.anyblade" &&
    printf %s "$luns" | awk 'NR == FNR { ours[$3]; next } { for (i = 1; i <= NF; i++) if ($i in ours && $0 !~ /^[ \t]*#/) next; print }' - "$file" >"$file.anyblade" &&
    mv -f "$file.anyblade" "$file" || fail "/etc/multipath/$name can not be written"
done
told_removed() {
  take_lun "$2"
  case $1 in
    links) [ -e "$3" ] || [ -L "$3" ] || printf 'dangling link %s removed\n' "${3#"$root"}" ;;
    wwids) printf '%s is taken from multipath'"'"'s list\n' "$wwid" ;;
    bindings | prkeys) printf 'the line of %s in /etc/multipath/%s removed\n' "$wwid" "$1" ;;
  esac
}
for_each_line told_removed "$traces"

failed=
failed_of() { [ ! -e "$root/dev/shm/multipath/failed_wwids/$wwid" ] || failed="$failed$root/dev/shm/multipath/failed_wwids/$wwid$lf"; }
for_each_lun failed_of
remove_files "$failed"

take_out() {
  type=${1#*IDTYPE=} name=${1#*IDNAME=}
  type=${type%% *} name=${name%% *}
  timeout -k 2 20 lvmdevices -y --deldev "$name" --deviceidtype "$type" </dev/null >/dev/null 2>&1
}
if [ -n "$entries" ]; then
  for_each_line take_out "$entries"
  traces=$(traces) || fail 'what is left could not be looked for'
  need_out() { [ "$1" != lvm ] || fail "LVM's devices file still has it: $3; lvmdevices(8) takes it out"; }
  for_each_line need_out "$traces"
fi
told() { printf 'nothing written down of %s any more\n' "$wwid"; }
for_each_lun told
