# What this program can be told.
#
#   register-key|reserve-volume|unregister-key ALIAS WWID KEY
#   destination UUID NAME FOLDER SECONDS running|paused [ALIAS:OURS:THEIRS]... [ALIAS=WWID]...
#   source UUID NAME URI tcp://HOST|- PEER FOLDER SECONDS TRANSFER [ALIAS:OURS:THEIRS]...
#   preempt-key|fence-volume ALIAS WWID OURS THEIRS | hold-fence [ALIAS WWID OURS THEIRS]... | drop-keys ALIAS WWID KEY
#   dismiss|drop UUID NAME FOLDER | hold|clear UUID NAME FOLDER [ALIAS:OURS:THEIRS]...
#   ask UUID NAME running|paused held|taken|switched|absent URI tcp://HOST|- TRANSFER
#   take UUID NAME FOLDER running|paused gone|idle|lost|ran|stays [ALIAS:OURS:THEIRS]... [ALIAS=WWID]...
#   prove-disks UUID NAME [ALIAS=WWID]...
#   give-back UUID NAME FOLDER running|paused [ALIAS:OURS:THEIRS]...


def at_destination(uuid, name, folder, seconds, pace, *words):
    Destination(name, uuid, folder, float(seconds), pace, volumes(words), disks(words)).run()
    return 0


def at_source(uuid, name, uri, migrate_uri, peer, folder, seconds, transfer, *words):
    if not re.match(r"^qemu\+[a-z]+://[][A-Za-z0-9_.:/@%?=&,+-]+$", uri) or not re.match(r"^[A-Za-z0-9_:][A-Za-z0-9_.:@%-]*$", peer):
        raise Refused("refused", "not a libvirt URI: %s" % uri)
    if not re.match(r"^(-|tcp://[][A-Za-z0-9_.:%-]+)$", migrate_uri):
        raise Refused("refused", "not where memory can go: %s" % migrate_uri)
    ladder = Ladder(transfer, None if migrate_uri == "-" else migrate_uri)
    emulator = ([word[len("emulator=") :] for word in words if word.startswith("emulator=")] + [None])[0]
    return Source(name, uuid, uri, peer, folder, float(seconds), ladder, emulator, volumes(words)).run()


# Each has its function; of the parts before this one only those come along that the role needs (index.ts).
ROLES = {
    "register-key": "register_key",
    "reserve-volume": "reserve_volume",
    "unregister-key": "unregister_key",
    "preempt-key": "preempt_key",
    "fence-volume": "fence_volume",
    "hold-fence": "hold_fence",
    "drop-keys": "drop_keys",
    "destination": "at_destination",
    "source": "at_source",
    "dismiss": "dismiss",
    "hold": "hold",
    "ask": "ask",
    "take": "take",
    "clear": "clear",
    "drop": "drop",
    "give-back": "give_back",
    "restore-state": "restore_state",
    "remove-state": "remove_state",
    "prove-disks": "prove_disks",
}
DIGITS = "0123456789abcdef"
NAMED = PLAIN - frozenset("#+:=@")


def is_uuid(text):
    return [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12] and set(text) <= set(DIGITS + "-")


def is_name(text):
    return text != "" and text[0] != "-" and NAMED.issuperset(text)


def main(role, *rest):
    if not role.endswith(("-key", "-keys", "-volume", "-fence")) and not (is_uuid(rest[0]) and is_name(rest[1])):
        sys.stderr.write("not a uuid and a domain's name: %s\n" % word(" ".join(rest[:2])))
        return 1
    try:
        return globals()[ROLES[role]](*rest)
    except (Refused, LibvirtError, OSError) as error:
        sys.stderr.write("%s\n" % error)
        return 1


sys.exit(main(*sys.argv[1:]))
