# shellcheck shell=sh disable=SC2154 # after traces.sh
# Takes away what the tools have written down of a LUN that is gone: lines of multipath's files, entries of LVM's devices
# file, links that udev left dangling. Refused while a device or a map of it is there: then it is not gone.
need_lun_arguments "$@"
left=$(devices_left; maps_left)
[ -z "$left" ] || fail "$volume is still there: $(printf '%s\n' "$left" | head -n 1)"

timeout 20 udevadm settle --timeout=15 </dev/null >/dev/null 2>&1
for entry in $(links_left); do
  [ -L "$entry" ] && [ ! -e "$entry" ] && rm -f "$entry" && printf 'dangling link %s removed\n' "${entry#"$root"}"
done

if [ -n "$(lines_left "$root/etc/multipath/wwids")" ]; then
  timeout -k 2 15 multipath -w "$wwid" </dev/null >/dev/null 2>&1
  printf 'taken from multipath'"'"'s list\n'
fi
# multipath has no command that forgets a name or a key of a map that is gone; it reads these files anew
for file in bindings prkeys; do
  file=$root/etc/multipath/$file
  [ -n "$(lines_left "$file")" ] || continue
  cp -p "$file" "$file.anyblade" &&
    wwid=$wwid awk '{ for (i = 1; i <= NF; i++) if ($i == ENVIRON["wwid"] && $0 !~ /^[ \t]*#/) next; print }' "$file" >"$file.anyblade" &&
    mv -f "$file.anyblade" "$file" || fail "${file#"$root"} can not be written"
  printf 'its line in %s removed\n' "${file#"$root"}"
done
rm -f "$root/dev/shm/multipath/failed_wwids/$wwid"

lvm_left | while read -r entry; do
  type=${entry#*IDTYPE=} name=${entry#*IDNAME=}
  type=${type%% *} name=${name%% *}
  timeout -k 2 20 lvmdevices -y --deldev "$name" --deviceidtype "$type" </dev/null >/dev/null 2>&1
done
left=$(lvm_left)
[ -z "$left" ] || fail "LVM's devices file still has it: $(printf '%s\n' "$left" | head -n 1); lvmdevices(8) takes it out"
printf 'nothing written down of %s any more\n' "$wwid"
