# shellcheck shell=sh disable=SC2154 # after domain.sh
# Defines a domain from the XML on stdin, autostart off. A domain of the same name and another uuid is somebody else's:
# refused, for it also makes a later migration fail with a text that says nothing (recordings/93).
need_domain_arguments "$@"

# all that libvirt says of it in one answer, each process of virsh costing more than what it asks
about() { now=$lf$(libvirt 30 dominfo "$name" 2>/dev/null)$lf; }
# a line of that into $its
of_it() {
  its=
  case $now in *"$lf$1:"*) its=${now#*"$lf$1:"} ;; esac
  its=${its%%"$lf"*}
  its=${its#"${its%%[! ]*}"}
}

xml=$(cat; echo .)
xml=${xml%.}
# before anything is defined: libvirt would take what the XML says, and not what was asked
bare=$(printf %s "$xml" | tr -d ' \t\r\n')
for element in "<name>$name</name>" "<uuid>$uuid</uuid>"; do
  case $bare in *"$element"*) ;; *) fail "the XML has no $element" ;; esac
done

if other=$(libvirt 30 domuuid "$name" 2>/dev/null); then
  other=${other%%"$lf"*}
  [ "$other" = "$uuid" ] || fail "a domain $name is defined here already, with the uuid $other"
fi
if known=$(libvirt 30 domname "$uuid" 2>/dev/null); then
  known=${known%%"$lf"*}
  [ "$known" = "$name" ] || fail "the uuid $uuid is defined here as $known"
fi
answer=$(printf %s "$xml" | timeout -k 5 60 virsh -q -c qemu:///system define /dev/stdin 2>&1) ||
  fail "libvirt refuses the domain: $(reason "$answer")"
about
of_it UUID
[ "$its" = "$uuid" ] || fail "$name $uuid is not there after it was defined"
of_it Persistent
[ "$its" = yes ] || fail "$name is not persistent after it was defined"
of_it Autostart
if [ "$its" != disable ]; then
  answer=$(libvirt 30 autostart --disable "$uuid" 2>&1) || fail "autostart can't be turned off: $(reason "$answer")"
  about
  of_it Autostart
  [ "$its" = disable ] || fail "$name still starts by itself"
fi
of_it State
printf '%s %s is defined, autostart off, %s\n' "$name" "$uuid" "$its"
