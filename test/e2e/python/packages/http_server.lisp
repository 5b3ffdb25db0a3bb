;; http.server in a thread answers with procedures of Lisp; urllib asks.
(import (scheme base) (scheme write) (plc) (plc hosts))
(import "json" :from "python" :only (dumps loads))
(import "threading" :from "python" :only (Thread))
(import "urllib.request" :from "python" :as request)
(import "urllib.parse" :from "python" :as parse)
(import "urllib.error" :from "python")
(import "http.server" :from "python" :as http)
(import "builtins" :from "python" :as b :only (print))

(py-exec "
import json
from http.server import BaseHTTPRequestHandler
def handler(get, post):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.reply(*get(self))
        def do_POST(self):
            self.reply(*post(self))
        def reply(self, status, value):
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header('Content-Length', str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        def log_message(self, *ignored):
            pass
    return Handler
")
(define hits '())
(define (get handler)
  (set! hits (cons handler.path hits))
  (let* ((url (parse:urlparse handler.path))
         (query (parse:parse_qs url.query)))
    (if (equal? url.path "/sum")
        (values 200 {"sum" (apply + (map string->number (vector->list (->lisp (ref query "x")))))})
        (values 404 {"error" url.path}))))
(define (post handler)
  (let ((body (handler.rfile.read (string->number (ref handler.headers "Content-Length")))))
    (values 200 {"length" (bytevector-length body) "type" (ref handler.headers "Content-Type")})))
(define server
  (http:ThreadingHTTPServer (py-tuple "127.0.0.1" 0) ((py-eval "handler") get post)))
(define thread (Thread :target server.serve-forever :args (py-tuple 0.01)))
(thread.start)
(define base (string-append "http://127.0.0.1:" (number->string server.server-port)))

(define (fetch path . options)
  (with-foreign (answer (request:urlopen
                         (apply request:Request (string-append base path) options)))
    (loads (answer.read))))
(print (fetch "/sum?x=1&x=20&x=300"))
(print (fetch "/form" :data (string->utf8 "a=1&b=2") :headers {"Content-Type" "text/plain"}))
(guard (e ((foreign-error? e "urllib.error.HTTPError")
           (let ((error (foreign-error-value e)))
             (print "HTTPError" error.code (loads (error.read))))))
  (fetch "/missing"))
(print (apply + (map (lambda (i)
                       (ref (fetch (string-append "/sum?x=" (number->string i) "&x=1")) "sum"))
                     (iota 20))))
(print (parse:quote "a b/λ") (parse:urlencode {"q" "x y" "n" 1}))
(server.shutdown)
(thread.join)
(server.server-close)
(print (length hits) (car (reverse hits)))
(guard (e ((foreign-error? e "urllib.error.URLError") (print "URLError")))
  (fetch "/gone"))
