# A guest's disks, asked who they are at the last moment before it goes on: what the kernel and multipathd have kept of a LUN
# says nothing once its number was given to another (facts: recordings/44).

FRESH_SECONDS = 1.0  # so old may an answer be when the guest goes on


class Disk(object):
    """
    `alias`: a map that must be `wwid` through every path that answers. What a path says is kept word for word, so that the
    next time one command a path tells whether it is the same LUN.
    """

    def __init__(self, alias, wwid):
        self.alias, self.wwid = alias, wwid
        self.said = {}
        found = [m for m in dm_maps() if m["name"] == alias]
        if not found or found[0]["uuid"] != "mpath-" + wwid:
            raise Refused("refused", "/dev/mapper/%s is %s, not %s" % (alias, found[0]["uuid"] if found else "not there", wwid))
        self.dm = found[0]["dm"]

    def prove(self):
        answered = 0
        for sd in entries("/sys/block/%s/slaves" % self.dm):
            try:
                found = on_device({"sd": sd, "sg": "-", "state": "running"}, lambda fd: self.asked(fd, sd))
            except Refused:
                continue  # a path that is down leads nowhere now; the plan has asked for as many as it wants
            if found != self.wwid:
                raise Refused("refused", "%s: %s is another LUN: %s, not %s" % (self.alias, sd, found or "one without an id", self.wwid))
            answered += 1
        if answered == 0:
            raise Refused("refused", "%s: no path of it says which LUN it is" % self.alias)

    def asked(self, fd, sd):
        if sd in self.said:
            page, text = self.said[sd]
            if vital_page(fd, page) == text:
                return self.wwid
        data = identity_pages(fd)
        page = 0x83 if data[3] else 0x80
        found = wwid(*data)
        if found == self.wwid:
            self.said[sd] = page, data[3] or data[2]
        return found


def disks(words):
    """ALIAS=WWID among the words."""
    return [Disk(*word.split("=", 1)) for word in words if is_disk(word)]


def is_disk(word):
    return "=" in word and ":" not in word.split("=", 1)[0]


def prove_disks(uuid, name, *words):
    for disk in disks(words):
        disk.prove()
        print("%s is %s" % (disk.alias, disk.wwid))
    return 0
