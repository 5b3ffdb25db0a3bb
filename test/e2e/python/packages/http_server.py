import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

hits = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        hits.append(self.path)
        url = urllib.parse.urlparse(self.path)
        query = urllib.parse.parse_qs(url.query)
        if url.path == "/sum":
            self.reply(200, {"sum": sum(int(x) for x in query["x"])})
        else:
            self.reply(404, {"error": url.path})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.reply(200, {"length": len(body), "type": self.headers["Content-Type"]})

    def reply(self, status, value):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *ignored):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
thread = threading.Thread(target=server.serve_forever, args=(0.01,))
thread.start()
base = f"http://127.0.0.1:{server.server_port}"


def fetch(path, **options):
    with urllib.request.urlopen(urllib.request.Request(base + path, **options)) as answer:
        return json.loads(answer.read())


print(fetch("/sum?x=1&x=20&x=300"))
print(fetch("/form", data=b"a=1&b=2", headers={"Content-Type": "text/plain"}))
try:
    fetch("/missing")
except urllib.error.HTTPError as error:
    print(type(error).__name__, error.code, json.loads(error.read()))
print(sum(fetch(f"/sum?x={i}&x=1")["sum"] for i in range(20)))
print(urllib.parse.quote("a b/λ"), urllib.parse.urlencode({"q": "x y", "n": 1}))
server.shutdown()
thread.join()
server.server_close()
print(len(hits), hits[0])
try:
    fetch("/gone")
except urllib.error.URLError as error:
    print(type(error).__name__)
