"""Runs a command with the address of a small server as its last argument.

    http_server.py COMMAND...

The server listens on a free port of the loopback device.
"""
import http.server
import subprocess
import sys
import threading


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, text, status=200):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/greeting":
            self.answer("Hello, %s." % self.headers.get("X-Name", "nobody"))
        elif self.path.startswith("/page/"):
            self.answer("page " + self.path[6:])
        else:
            self.answer("not here", 404)

    def do_POST(self):
        size = int(self.headers["Content-Length"])
        self.answer(self.rfile.read(size).decode()[::-1])

    def log_message(self, *_):
        pass


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = "http://127.0.0.1:%d" % server.server_address[1]
    status = subprocess.run(sys.argv[1:] + [url], timeout=120).returncode
    server.shutdown()
sys.exit(status)
