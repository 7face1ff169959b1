#!/usr/bin/env python3
"""Builds a host's file tree out of the real log samples, as collect --root would find it.

    make_tree.py --out DIR [--cases a01-test-login-success,q01-cookie-tags-pii]

Client logs go under the home of the person who ran the client, server logs into the system's log
among lines of other programs, and a configuration that holds every planted secret into its place:

    home/mlopez/.aspera/connect/var/log/        client logs in file form, a ring with a hard link
    opt/aspera/var/log/                         server logs in file form
    var/log/messages                            syslog form, both ends, between foreign lines
    var/log/aspera.log                          ISO and RFC 5424 forms
    opt/aspera/etc/aspera.conf                  planted secrets in the elements that hold secrets
    etc/                                        passwd, hostname, os-release, timezone

Beside the tree, never inside it, DIR/../lines.txt counts for each file the lines that are of Aspera;
the foreign lines of the system's log are not among them. The standard library is all that is needed.
"""
import argparse
import os
import re
import sys
from xml.sax.saxutils import escape

SAMPLES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests", "samples")
CLIENT_HOME = "home/mlopez"
CLIENT_LOGS = CLIENT_HOME + "/.aspera/connect/var/log"
SERVER_LOGS = "opt/aspera/var/log"
RING = re.compile(r"aspera-scp-transfer(?:\.(\d))?\.log$")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# Lines that no bundle should hold: other programs, another person's login. %s is the time stamp.
FOREIGN = (
    "%s xfer01 CROND[1201]: (root) CMD (run-parts /etc/cron.hourly)",
    "%s xfer01 systemd[1]: Started Session 88 of user kwinter.",
    "%s xfer01 sshd[1377]: Accepted publickey for kwinter from 10.77.9.40 port 60122 ssh2: ED25519 SHA256:bm90YWtleQ",
    "%s xfer01 postfix/smtp[1402]: 3F11C: to=<kwinter@ledger.example>, relay=none, status=deferred",
    "%s xfer01 kernel: EXT4-fs (sdb1): mounted filesystem with ordered data mode",
)


def read_lines(path):
    """Lines with their ends, bytes as they are: the samples hold more than UTF-8."""
    with open(path, "rb") as f:
        return f.read().splitlines(keepends=True)


class Tree:
    """Writes below one folder and remembers how many lines went into each file."""

    def __init__(self, out):
        self.out = out
        self.lines = {}

    def write(self, rel, lines):
        path = os.path.join(self.out, rel)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if lines and not lines[-1].endswith(b"\n"):
            lines = lines[:-1] + [lines[-1] + b"\n"]
        with open(path, "wb") as f:
            f.writelines(lines)
        self.lines[rel] = len(lines)

    def text(self, rel, text):
        self.write(rel, text.encode().splitlines(keepends=True))

    def link(self, rel, second):
        os.link(os.path.join(self.out, rel), os.path.join(self.out, second))


def in_order(runs):
    """Runs sorted by the time stamp in which each begins; a run stays whole."""
    return [line for _, run in sorted(runs, key=lambda r: r[0]) for line in run]


def file_form(cases, end):
    """One log of all cases of one end, oldest run first."""
    runs = []
    for case in cases:
        folder = os.path.join(SAMPLES, case, end)
        if not os.path.isdir(folder):
            continue
        for name in os.listdir(folder):
            # `.0.log` beside `.log` is the same run under its second name.
            if name == "aspera-scp-transfer.log":
                run = read_lines(os.path.join(folder, name))
                runs.append((run[0][:23] if run else b"", run))
    return in_order(runs)


def ring_of(case):
    """The numbered logs of a log that was turned over, and the number of the one in use."""
    folder = os.path.join(SAMPLES, case, "client")
    numbered = {}
    for name in os.listdir(folder):
        found = RING.match(name)
        if found and found.group(1):
            numbered[int(found.group(1))] = read_lines(os.path.join(folder, name))
    current = read_lines(os.path.join(folder, "aspera-scp-transfer.log"))
    used = [n for n, lines in numbered.items() if lines == current]
    return numbered, used[0] if used else None


def client_logs(tree, cases):
    own = file_form(cases, "client")
    ring = {}
    used = 0
    for case in cases:
        if case.startswith("w01"):
            ring, turned = ring_of(case)
            used = turned if turned is not None else 0
    # The log in use takes the runs of all cases; the rest of the ring is the turned-over one.
    ring[used] = own
    for number, lines in sorted(ring.items()):
        tree.write("%s/aspera-scp-transfer.%d.log" % (CLIENT_LOGS, number), lines)
    tree.link("%s/aspera-scp-transfer.%d.log" % (CLIENT_LOGS, used), CLIENT_LOGS + "/aspera-scp-transfer.log")


def syslog_key(line):
    """Sorts `Nov 22 05:23:34 …` by its time; a line without one stays behind the line before it."""
    found = re.match(rb"([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d) ", line)
    if not found:
        return None
    return MONTHS.index(found.group(1).decode()) + 1, int(found.group(2)), found.group(3)


def system_log(tree, cases):
    runs = []
    for case in cases:
        for name in ("server.messages", "client.messages", "server-syslog-during-file-run.txt"):
            path = os.path.join(SAMPLES, case, name)
            if os.path.isfile(path):
                run = read_lines(path)
                key = next((k for k in map(syslog_key, run) if k), None)
                if key:
                    runs.append((key, run))
    out = []
    for n, (key, run) in enumerate(sorted(runs, key=lambda r: r[0])):
        stamp = "%s %2d %s" % (MONTHS[key[0] - 1], key[1], key[2].decode())
        out.append((FOREIGN[n % len(FOREIGN)] % stamp).encode() + b"\n")
        out.extend(run)
    tree.write("var/log/messages", out)
    tree.lines["var/log/messages"] -= len(runs)


def own_syslog(tree, cases):
    for form, rel in (("iso", "var/log/aspera.log"), ("rfc5424", "var/log/aspera.log.1")):
        runs = []
        for case in cases:
            for end in ("server", "client"):
                path = os.path.join(SAMPLES, case, "%s.%s.log" % (end, form))
                if os.path.isfile(path):
                    run = read_lines(path)
                    runs.append((re.sub(rb"^<\d+>1 ", b"", run[0])[:26] if run else b"", run))
        if runs:
            tree.write(rel, in_order(runs))


def configuration(planted):
    """aspera.conf with each planted value in an element that really holds such a thing."""
    def pick(beginning):
        found = [v for v in planted if v.startswith(beginning)]
        if not found:
            sys.exit("planted.txt has no value that begins with %s" % beginning)
        return escape(found[0])

    return """<?xml version='1.0' encoding='UTF-8'?>
<CONF version="2">
  <default>
    <file_system>
      <access><paths><path>
        <absolute>s3://%(id)s:%(key)s@s3.amazonaws.com/acme-dailies</absolute>
      </path></paths></access>
    </file_system>
    <authorization>
      <token>
        <encryption_key>%(token)s</encryption_key>
        <key_file>/opt/aspera/etc/token.key</key_file>
      </token>
    </authorization>
    <transfer>
      <encryption><content_protection_secret>%(protection)s</content_protection_secret></encryption>
    </transfer>
    <pvcl><iam><default_client_secret>%(iam)s</default_client_secret></iam></pvcl>
    <logging><level>dbg2</level><directory>/opt/aspera/var/log</directory></logging>
  </default>
  <aaa><realms><realm><users><user>
    <name>xferuser</name>
    <file_system><access><paths><path><absolute>/home/xferuser</absolute></path></paths></access></file_system>
  </user></users></realm></realms></aaa>
  <server>
    <server_name>xfer01.acme-films.example</server_name>
    <key_value_parameters>local_secret=%(local)s</key_value_parameters>
  </server>
  <database>
    <server>10.77.0.99</server>
    <user>stats</user>
    <password>%(database)s</password>
  </database>
</CONF>
""" % {
        "id": pick("AKIA"), "key": pick("wJalr"), "token": pick("tok-Encrypt"), "protection": pick("Velvet"),
        "iam": pick("Quartz"), "local": pick("sk-Local"), "database": pick("Marble"),
    }


def machine(tree, planted):
    tree.text("opt/aspera/etc/aspera.conf", configuration(planted))
    tree.text("opt/aspera/etc/product-info.mf", "<product>\n  <name>IBM Aspera High-Speed Transfer Server</name>\n"
              "  <version>3.9.0.163682</version>\n</product>\n")
    licence = [v for v in planted if v.startswith("LIC-")]
    key = [v for v in planted if v.startswith("MII")]
    tree.text("opt/aspera/etc/aspera-license", "<license><id>%s</id></license>\n" % "".join(licence))
    tree.text("opt/aspera/etc/token.key", "-----BEGIN RSA PRIVATE KEY-----\n%s\n-----END RSA PRIVATE KEY-----\n" % "".join(key))
    tree.text("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nxferuser:x:1001:1001::/home/xferuser:/bin/bash\n"
              "mlopez:x:1002:1002:Maria Lopez:/home/mlopez:/bin/bash\nkwinter:x:1003:1003::/home/kwinter:/bin/bash\n")
    tree.text("etc/hostname", "xfer01\n")
    tree.text("etc/timezone", "Etc/UTC\n")
    tree.text("etc/os-release", 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n')


def make(out, cases):
    known = sorted(d for d in os.listdir(SAMPLES) if os.path.isdir(os.path.join(SAMPLES, d)))
    unknown = [c for c in cases if c not in known]
    if unknown:
        sys.exit("no such case: %s; there are %s" % (", ".join(unknown), ", ".join(known)))
    if os.path.isdir(out) and os.listdir(out):
        sys.exit("%s is not empty" % out)
    cases = cases or known
    with open(os.path.join(SAMPLES, "planted.txt"), encoding="utf-8") as f:
        planted = f.read().splitlines()
    tree = Tree(out)
    client_logs(tree, cases)
    server = file_form(cases, "server")
    if server:
        tree.write(SERVER_LOGS + "/aspera-scp-transfer.log", server)
    system_log(tree, cases)
    own_syslog(tree, cases)
    machine(tree, planted)
    beside = os.path.dirname(os.path.abspath(out.rstrip("/")))
    with open(os.path.join(beside, "lines.txt"), "w", encoding="utf-8") as f:
        f.writelines("%d\t%s\n" % (n, rel) for rel, n in sorted(tree.lines.items()))
    return tree


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", required=True, help="folder to make; must be empty or missing")
    p.add_argument("--cases", default="", help="comma-separated folders of tests/samples; all without it")
    a = p.parse_args()
    tree = make(a.out, [c for c in a.cases.split(",") if c])
    print("%d files, %d lines below %s" % (len(tree.lines), sum(tree.lines.values()), a.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
