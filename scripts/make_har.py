#!/usr/bin/env python3
"""Deterministic network trace (HAR 1.2) of any size in ONE line, for scripts/bench --har.

Make a trace:   make_har.py --out FILE.har --size-mb N [--seed S]      plants into FILE.har.planted
One value:      make_har.py --out FILE.har --value-mb N [--seed S]     one entry with one value of that length
Count leaks:    make_har.py --check PATH --planted FILE.har.planted    prints "left/planted"

Entries come in the mix of a session that sends a package: answers of the API, logins, transfer specifications,
calls of the node, messages of a WebSocket, scripts and pages of other hosts, images in base64. Every entry has
values of its own. PATH may be a file or a zip. Every value is invented from the seed; nothing but the standard
library is needed.
"""
import argparse
import base64
import json
import random
import re
import sys
import zipfile

ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
API = "https://api.ibmaspera.com/api/v1"
WEB = "https://acme.ibmaspera.com"
# Runs in which planted values stand: e-mails, or letters of tokens. One that is planted begins with `zq` and ends
# with `qz`, so that it is found inside of longer runs as well.
PLANTED = re.compile(rb"zq[0-9A-Za-z]{20}qz")
PACKED = re.compile(rb"[A-Za-z0-9+/]{32,}={0,2}")


class Trace:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.planted = []
        self.number = 0
        # What does not need to be fresh: code of others and pixels, cut at a random place each time.
        words = ["var", "this", "return", "function", "window", "0x1f", "e.prototype", "=>", "null", "px", "a.b(c)"]
        self.code = " ".join(self.r.choices(words, k=60_000))
        self.pixels = base64.b64encode(self.r.randbytes(150_000)).decode()

    def plant(self):
        value = "zq" + "".join(self.r.choices(ALNUM, k=20)) + "qz"
        self.planted.append(value)
        return value

    def mail(self):
        return self.plant() + "@corp.example.net"

    def jwt(self):
        def part(of):
            return base64.urlsafe_b64encode(json.dumps(of).encode()).decode().rstrip("=")
        return ".".join((part({"alg": "RS256", "typ": "JWT"}), part({"sub": self.plant(), "exp": 1763800000 + self.number}),
                         self.plant() + self.plant()))

    def slice_of(self, text, length):
        start = self.r.randrange(len(text) - length) & ~3
        return text[start:start + length]

    def entry(self, method, url, sent, status, mime, text, post=None, more=None, packed=False):
        self.number += 1
        n = self.number
        wait = n % 900 + 0.125
        head, _, query = url.partition("?")
        host = head.split("/")[2] if "//" in head else ""
        request = {
            "method": method, "url": url, "httpVersion": "http/2.0",
            "headers": [{"name": ":authority", "value": host}, {"name": ":path", "value": url[url.find("/", 8):]},
                        {"name": "accept-language", "value": "en-US,en;q=0.9"},
                        {"name": "user-agent", "value": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"}]
            + [{"name": a, "value": b} for a, b in sent],
            "queryString": [dict(zip(("name", "value"), pair.split("=", 1))) for pair in query.split("&") if "=" in pair],
            "cookies": [], "headersSize": -1, "bodySize": len(post[1]) if post else 0}
        if post:
            request["postData"] = {"mimeType": post[0], "text": post[1]}
        content = {"size": len(text), "mimeType": mime, "text": text}
        if packed:
            content["encoding"] = "base64"
        out = {"startedDateTime": "2026-11-22T%02d:%02d:%02d.%03dZ" % (n // 3600 % 24, n // 60 % 60, n % 60, n % 1000),
               "time": wait + 2, "request": request,
               "response": {"status": status, "statusText": "", "httpVersion": "http/2.0",
                            "headers": [{"name": "date", "value": "Sun, 22 Nov 2026 10:00:00 GMT"},
                                        {"name": "content-type", "value": mime},
                                        {"name": "set-cookie", "value": "_aoc_session=%s; Path=/; Secure" % self.plant()}],
                            "cookies": [], "content": content, "redirectURL": "", "headersSize": -1, "bodySize": -1,
                            "_transferSize": len(text) + 300},
               "cache": {}, "timings": {"blocked": 1.5, "dns": -1, "ssl": -1, "connect": -1, "send": 0.5, "wait": wait, "receive": 0.0},
               "pageref": "page_1", "connection": "443", "serverIPAddress": "203.0.113.%d" % (n % 250)}
        out.update(more or {})
        return json.dumps(out, separators=(",", ":"))

    def packages(self):
        rows = [{"id": "pk%07d" % (self.number * 40 + i), "name": self.plant(), "note": "for " + self.mail(), "size": self.r.randrange(10**12),
                 "complete": True, "created_at": "2026-11-22T10:00:00Z", "expires_at": None, "read_only": False, "legacy_hint": self.plant(),
                 "sender": {"id": str(self.r.randrange(10**6)), "email": self.mail(), "name": self.plant()},
                 "recipients": [{"id": "7", "type": "user", "email": self.mail()}]} for i in range(30)]
        return self.entry("GET", API + "/packages?page=%d&per_page=30" % self.number, [("authorization", "Bearer " + self.jwt())],
                          200, "application/json", json.dumps(rows))

    def login(self):
        body = json.dumps({"access_token": self.jwt(), "refresh_token": self.plant(), "expires_in": 86399, "token_type": "bearer"})
        form = "grant_type=authorization_code&code=%s&client_secret=%s" % (self.plant(), self.plant())
        return self.entry("POST", API + "/oauth2/acme/token", [("cookie", "aoc.refresh=%s; theme=dark" % self.plant())],
                          200, "application/json", body, ("application/x-www-form-urlencoded", form))

    def transfer(self):
        token = base64.b64encode(json.dumps({"restrictions": {"expires_at": "2026-11-23T10:00:00Z"}, "user": self.mail(), "s": self.plant()}).encode())
        spec = {"transfer_specs": [{"transfer_spec": {
            "direction": "send", "remote_host": "ats-aws-us-east-1.aspera.io", "remote_user": "xfer", "token": "ATB3_" + self.plant() + self.plant(),
            "ssh_port": 33001, "fasp_port": 33001, "target_rate_kbps": 500000, "cookie": "aspera.aoc:" + base64.b64encode(self.mail().encode()).decode(),
            "tags": {"aspera": {"node": {"access_key": "ak_" + self.plant()}, "xfer_id": "7b5b-%d" % self.number}},
            "paths": [{"source": "/home/x/reel_%d.mov" % self.number}]}}], "packed": token.decode()}
        return self.entry("POST", "https://ats-aws-us-east-1.aspera.io:443/files/upload_setup",
                          [("authorization", "Basic " + base64.b64encode(("ak:" + self.plant()).encode()).decode()), ("x-aspera-accesskey", "ak_" + self.plant())],
                          200, "application/json", json.dumps(spec), ("application/json", json.dumps(spec)))

    def socket(self):
        said = [{"type": ("send", "receive")[i % 2], "time": 1763800000.5 + i, "opcode": 1, "data": json.dumps(
            {"jsonrpc": "2.0", "id": i, "method": "transfer_activity", "params": {"status": "running", "bytes_written": i << 20, "token": self.plant()}})}
            for i in range(20)]
        return self.entry("GET", "ws://127.0.0.1:33024/", [], 101, "x-unknown", "", more={"_webSocketMessages": said, "_resourceType": "websocket"})

    def page(self):
        html = "<!doctype html><meta name=\"csrf-token\" content=\"%s\"><script>window.config={apiKey:'%s',version:'4.2.1'}</script><main>%s</main>" % (
            self.plant(), self.plant(), self.slice_of(self.code, 4000))
        return self.entry("GET", WEB + "/packages/public/receive?token=" + self.plant(), [("referer", WEB + "/login?code=" + self.plant())], 200, "text/html", html)

    def script(self):
        return self.entry("GET", "https://cdn.third.example/lib/%d.js?key=%s" % (self.number, self.plant()), [("referer", WEB + "/")], 200,
                          "application/javascript", self.slice_of(self.code, 120_000) + "var k='%s'" % self.plant())

    def own_script(self):
        return self.entry("GET", WEB + "/assets/main-%d.js" % self.number, [("cookie", "_aoc_session=" + self.plant())], 200,
                          "application/javascript", self.slice_of(self.code, 120_000))

    def image(self):
        return self.entry("GET", WEB + "/assets/%d.png" % self.number, [("cookie", "_aoc_session=" + self.plant())], 200, "image/png",
                          self.slice_of(self.pixels, 60_000), packed=True)

    def entries(self):
        mix = (self.packages, self.login, self.transfer, self.socket, self.page, self.packages, self.script, self.transfer, self.image,
               self.socket, self.own_script, self.packages)
        while True:
            for one in mix:
                yield one()


def make(path, most, seed):
    trace = Trace(seed)
    with open(path, "w", encoding="ascii") as out, open(path + ".planted", "w", encoding="ascii") as listed:
        written = out.write('{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[{"startedDateTime":'
                            '"2026-11-22T10:00:00.000Z","id":"page_1","title":"%s/packages","pageTimings":{"onLoad":10.5}}],"entries":[' % WEB)
        comma = ""
        for entry in trace.entries():
            written += out.write(comma + entry)
            comma = ","
            listed.write("".join(value + "\n" for value in trace.planted))
            trace.planted.clear()
            if written >= most:
                break
        out.write("]}}\n")


def make_value(path, length, seed):
    """One entry whose answer is one string, rows of JSON with secrets among them."""
    trace = Trace(seed)
    rows, size = [], 0
    while size < length:
        row = json.dumps({"id": len(rows), "text": "rate=331.82Mbps peer=10.77.0.9 of " + trace.mail(), "token": trace.plant()})
        rows.append(row)
        size += len(row) + 2 * row.count('"') // 2
    body = "[" + ",".join(rows) + "]"
    entry = trace.entry("GET", API + "/packages/search", [("authorization", "Bearer " + trace.jwt())], 200, "application/json", body)
    with open(path, "w", encoding="ascii") as out, open(path + ".planted", "w", encoding="ascii") as listed:
        out.write('{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[%s]}}\n' % entry)
        listed.write("".join(value + "\n" for value in trace.planted))


def check(path, planted):
    """How many of the values stand in a file, also inside of base64."""
    wanted = {line.strip() for line in open(planted, "rb")}
    found = set()

    def look(text):
        found.update(value for value in PLANTED.findall(text) if value in wanted)

    def scan(stream):
        rest = b""
        while data := stream.read(1 << 22):
            data = rest + data
            look(data)
            for run in PACKED.findall(data):
                for skip in range(4):
                    part = run[skip:].rstrip(b"=")
                    look(base64.b64decode(part[:len(part) & ~3]))
            rest = data[-4096:]

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                with packed.open(name) as stream:
                    scan(stream)
    else:
        with open(path, "rb") as stream:
            scan(stream)
    print("%d/%d" % (len(found), len(wanted)))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out")
    p.add_argument("--size-mb", type=float)
    p.add_argument("--value-mb", type=float)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--check")
    p.add_argument("--planted")
    args = p.parse_args()
    if args.check and args.planted:
        check(args.check, args.planted)
    elif args.out and args.size_mb:
        make(args.out, int(args.size_mb * 1e6), args.seed)
    elif args.out and args.value_mb:
        make_value(args.out, int(args.value_mb * 1e6), args.seed)
    else:
        p.error("give --out with --size-mb or --value-mb, or --check with --planted")


if __name__ == "__main__":
    sys.exit(main())
