# shellcheck shell=sh disable=SC2154 # after paths.sh
# What LUNs leave on a blade, place by place: all of them are looked for in one pass over each place. A WWID is compared whole
# (facts: san.md B53, a part of one once removed another's disk).

# A line for each trace: PLACE, the LUN's number, what it is; separated by tabs, nothing where there is none.
# devices: what the kernel knows by the id, and whatever sits at the number behind the array's ports. maps: of it and of its
# partitions. links: in /dev. wwids, bindings, prkeys: lines of multipath's files that have it as a word. configured: places
# in multipath's configuration. lvm: entries of LVM's devices files. Comments are left out.
traces() { places | root=$root awk -F '\t' '
  function told(place, lun, what) {
    gsub(/\t/, " ", what)
    if (!((place, lun, what) in seen)) { seen[place, lun, what] = 1; print place "\t" lun "\t" what }
  }
  # Whether there is a line more. What cannot be read is no proof that nothing stands in it.
  function next_line(file, got) {
    if ((got = (getline line < file)) >= 0) return got > 0
    print file " could not be read" > "/dev/stderr"
    exit 2
  }
  # a name in /dev/disk/by-id that ends with the id, or its part before -part
  function link(path, name, rest, i) {
    if (name ~ /^wwn-0x/ && substr(name, 7) in by_bare) told("links", by_bare[substr(name, 7)], path)
    for (rest = name; (i = index(rest, "-")) > 0; ) {
      rest = substr(rest, i + 1)
      if (rest in by_wwid) told("links", by_wwid[rest], path)
    }
  }
  $1 == "lun" {
    bare = substr($3, 2)
    by_wwid[$3] = by_bare[bare] = by_word[$3] = by_word["/" $3 "/"] = by_name["mpath-" $3] = by_name["naa." bare] = by_name["eui." bare] = $2
    by_kernel["naa." bare] = by_kernel["eui." bare] = by_kernel["t10." bare] = $2
  }
  $1 == "found" { told($2, $3, $4) }
  $1 == "device" && $3 in by_kernel { told("devices", by_kernel[$3], $2) }
  $1 == "map" && $3 ~ /^(part[^-]*-)?mpath-/ {
    id = $3
    sub(/^(part[^-]*-)?mpath-/, "", id)
    if (id in by_wwid) told("maps", by_wwid[id], $2 " " $4)
  }
  $1 == "link" {
    count = split($2, part, "/")
    link($2, part[count])
    for (at = 1; (i = index(substr(part[count], at), "-part")) > 0; at += i) link($2, substr(part[count], 1, at + i - 2))
  }
  $1 == "words" {
    file = $2
    sub(/.*\//, "", file)
    while (next_line($2)) {
      if (line ~ /^[ \t]*#/) continue
      count = split(line, part, " ")
      for (i = 1; i <= count; i++) if (part[i] in by_word) told(file, by_word[part[i]], line)
    }
    close($2)
  }
  $1 == "configured" {
    for (number = 1; next_line($2); number++) {
      sub(/[#!].*/, "", line)
      for (id in by_wwid) if (index(line, id)) told("configured", by_wwid[id], substr($2, length(ENVIRON["root"]) + 1) ":" number ":" line)
    }
    close($2)
  }
  $1 == "lvm" {
    while (next_line($2)) {
      if (line ~ /^#/) continue
      count = split(line, part, " ")
      for (i = 1; i <= count; i++)
        if (part[i] ~ /^IDNAME=/ && substr(part[i], 8) in by_name) told("lvm", by_name[substr(part[i], 8)], line)
    }
    close($2)
  }'
}

# The LUNs, what is found without a file, what the kernel says of each device and map, and the files to look into. A device
# without an id answers a read with EINVAL, which ends an awk.
places() {
  for_each_lun named
  for_each_lun at_its_number
  for entry in "$root"/sys/bus/scsi/devices/*/wwid; do
    word_of "$entry"
    entry=${entry%/wwid}
    printf 'device\t%s\t%s\n' "${entry##*/}" "$word"
  done
  for entry in "$root"/sys/block/dm-*; do
    word_of "$entry/dm/uuid"
    uuid=$word
    word_of "$entry/dm/name"
    printf 'map\t%s\t%s\t%s\n' "${entry##*/}" "$uuid" "$word"
  done
  printf 'link\t%s\n' "$root"/dev/disk/by-id/*
  for_each_lun under_its_name
  for entry in "$root"/etc/multipath/wwids "$root"/etc/multipath/bindings "$root"/etc/multipath/prkeys; do file_of words; done
  for entry in "$root/etc/multipath.conf" "$root"/etc/multipath/conf.d/*.conf; do file_of configured; done
  for entry in "$root"/etc/lvm/devices/*.devices; do file_of lvm; done
}

# One that is there; multipath and LVM go without any of them.
file_of() { [ ! -e "$entry" ] || printf '%s\t%s\n' "$1" "$entry"; }

named() { printf 'lun\t%s\t%s\n' "$lun" "$wwid"; }
at_its_number() { on_devices_at_lun at_number; }
at_number() { printf 'found\tdevices\t%s\t%s\n' "$lun" "$1"; }
under_its_name() {
  for entry in "$root/dev/mapper/$volume" "$root/dev/mapper/$volume"-part*; do
    [ ! -e "$entry" ] && [ ! -L "$entry" ] || printf 'found\tlinks\t%s\t%s\n' "$lun" "$entry"
  done
}
