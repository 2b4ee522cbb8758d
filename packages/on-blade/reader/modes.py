# What this program can be asked. A survey gives sections as the probe frames them, the others plain lines.
#
#   survey SECONDS [paths=all|none|some] [lun=N]... [map=NAME]... [reservation=NAME]... [domains] [capabilities]
#          [machine=VIRTTYPE:ARCH:MACHINE]... [timers] [initramfs] [host-disks]
#          [lan-mark=HEX lan=INTERFACE:TAG:MACHINE-ID...]... [guest=UUID]...
#          [state=UUID]... [send=LINK=tcp://HOST|ssh://HOST]... [receive=LINK]...
#          [fleet=ID [credentials] [login=HOST]...]
#   inquiry SECONDS H:C:T:L...      for acts: hctl sd sg ok|gone|silent|refused, then wwid and bytes, or the reason
#   state SECONDS UUID              what a guest keeps beside its disks, all of it
#   job SECONDS UUID                how far a migration is: elapsed ms, then total, remaining, processed bytes; then, where
#                                   libvirt tells it, bytes dirtied a second, passes, by how much the guest is slowed in %


def inquiry_mode(seconds, hctls):
    devices = [scsi_device(hctl) for hctl in hctls if is_hctl(hctl)]

    def job(emit):
        inquire_all(devices, lambda device, fields: emit(device["hctl"], *fields))

    lines, _ = in_children({"inquiry": job}, seconds)["inquiry"]
    said = dict((fields[0], fields[1:]) for fields in (line.split("\t") for line in lines))
    for d in devices:
        fields = said.get(d["hctl"], ["silent", "no answer in %d s" % SILENCE_SECONDS])
        if fields[0] == "ok":
            data = [binascii.a2b_hex(field) for field in fields[1:]]
            fields = ["ok", wwid(*data[:4]) or "-", str(bytes_of(*data[4:]))]
        print("\t".join([d["hctl"], d["sd"], d["sg"]] + fields))


def job_mode(seconds, uuid):
    def job(emit):
        libvirt = Libvirt()
        handles = [handle for _, found, handle in libvirt.domains() if found == uuid]
        answer = libvirt.call(JOB, handles[0]) if handles else None
        if answer is not None:
            kind, elapsed, _, total, processed, remaining = struct.unpack(">iQQQQQ", answer[:44])
            if kind != 0:
                emit(str(elapsed), str(total), str(remaining), str(processed), *ladder_of(libvirt, handles[0]))

    for line in in_children({"job": job}, seconds)["job"][0]:
        print(line)


def ladder_of(libvirt, handle):
    try:
        answer = libvirt.call(JOB_STATS, handle + struct.pack(">I", 0))
    except LibvirtError:
        return []  # an old libvirt has no statistics
    told = parameters(answer, 4)[0] if answer else {}
    dirty = told.get("memory_dirty_rate", 0) * told.get("memory_page_size", 4096)
    return [str(dirty), str(told.get("memory_iteration", 0)), str(told.get("auto_converge_throttle", 0))]


def survey_mode(seconds, words):
    named = [word.split("=", 1) for word in words if "=" in word]
    scope = {
        "paths": dict(named).get("paths", "none"),
        "luns": set(int(value) for name, value in named if name == "lun"),
        "maps": set(value for name, value in named if name == "map"),
        "reservations": set(value for name, value in named if name == "reservation"),
        "host-disks": "host-disks" in words,
    }
    jobs = {"san": san(scope), "libvirt": version}
    if "domains" in words:
        jobs["domains"] = domains
    if "capabilities" in words:
        jobs["capabilities"] = capabilities
    types = [value for name, value in named if name == "machine"]
    if types:
        jobs["machines"] = machines(types)
    if "timers" in words:
        jobs["timers"] = timers
    if "initramfs" in words:
        jobs["initramfs"] = initramfs
    lans = [value.split(":") for name, value in named if name == "lan"]
    if lans:
        jobs["lan"] = lan(lans, binascii.a2b_hex(dict(named)["lan-mark"]), seconds)
    if scope["host-disks"]:
        jobs["host-disks"] = emit_host_disks
    if scope["reservations"]:
        jobs["multipathd"] = registering(sorted(scope["reservations"]))
    moving = set(value for name, value in named if name == "guest")
    if moving:
        jobs["guests"] = guests(moving)
    kept = set(value for name, value in named if name == "state")
    if kept:
        jobs["states"] = states(kept)
    ends = [(name, value) for name, value in named if name in ("send", "receive")]
    if ends:
        jobs["speeds"] = speeds(ends)
    hosts = [value for name, value in named if name == "login"]
    if hosts:
        jobs["logins"] = logins(dict(named)["fleet"], hosts)
    if "credentials" in words:
        jobs["credentials"] = credentials(dict(named)["fleet"])
    answers = in_children(jobs, seconds)
    for name in sorted(jobs):
        lines, ended = answers[name]
        section(name, lines, ended)


def section(name, lines, ended):
    failed = [line[2:] for line in lines if line.startswith("!\t")]
    out = ["[" + name] + ["|" + line for line in lines if not line.startswith("!\t")]
    if failed:
        out.append("]%s refused %s" % (name, failed[0]))
    else:
        out.append("]%s %s" % (name, "ok" if ended else "timed-out no answer in %d s" % SILENCE_SECONDS))
    sys.stdout.write("\n".join(out) + "\n")


def main(mode, seconds, *rest):
    modes = {"survey": lambda: survey_mode(float(seconds), rest), "inquiry": lambda: inquiry_mode(float(seconds), rest)}
    modes["state"] = lambda: give_state(*rest)
    modes["job"] = lambda: job_mode(float(seconds), *rest)
    modes[mode]()
    sys.stdout.flush()
    os._exit(0)  # a child in D state must not be waited for


main(*sys.argv[1:])
