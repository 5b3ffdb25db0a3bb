;; httpx against a server of the same program, both on plc's event loop: a hundred
;; requests in flight, errors, time limits of either side.
(import (scheme base) (scheme write) (plc) (plc hosts) (plc async))
(import "asyncio" :from "python")
(import "json" :from "python" :only (dumps))
(import "httpx" :from "pypi")
(import "builtins" :from "python" :as b :only (print))

;; Called with a reader and a writer; what a fiber does asyncio awaits.
(define (header-length head)
  (let loop ((lines (vector->list (->lisp (b:str.split head "\r\n")))))
    (cond ((null? lines) 0)
          ((b:str.startswith (b:str.lower (car lines)) "content-length:")
           (string->number (b:str.strip (ref (b:str.split (car lines) ":") 1))))
          (else (loop (cdr lines))))))
(define (text-of bytes) (b:str bytes "utf-8"))
(define (answer reader writer)
  (let* ((head (text-of (await (reader.readuntil #u8(13 10 13 10)))))
         (words (b:str.split (ref (b:str.split head "\r\n") 0) " "))
         (length-of-body (header-length head))
         (body (if (> length-of-body 0)
                   (text-of (await (reader.readexactly length-of-body)))
                   ""))
         (target (ref words 1)))
    (when (equal? target "/slow") (sleep-for 5))
    (let ((text (dumps {"method" (ref words 0) "target" target "body" body})))
      (writer.write
       (b:bytes (string-append "HTTP/1.1 "
                               (if (equal? target "/missing") "404 Not Found" "200 OK")
                               "\r\nContent-Type: application/json\r\nContent-Length: "
                               (number->string (string-length text))
                               "\r\nConnection: close\r\n\r\n" text)
                "utf-8"))
      (await (writer.drain))
      (writer.close))))
(py-exec "
def served(procedure):
    async def serve(reader, writer):
        await procedure(reader, writer)
    return serve
")
(define serve ((py-eval "served") (lambda (reader writer) (async (answer reader writer)))))
(define server (await (asyncio:start_server serve "127.0.0.1" 0 :backlog 200)))
(define port (ref ((. (ref server.sockets 0) getsockname)) 1))
(define base (string-append "http://127.0.0.1:" (number->string port)))
(define client (httpx:AsyncClient :base-url base :trust-env #f))
(define (field response key) (ref (response.json) key))

(define one (await (client.get "/hello" :params {"q" "λ x"})))
(print one.status-code (field one "target"))
(define posted (await (client.post "/form" :json {"a" [1 2]})))
(print (b:str.replace (field posted "body") " " ""))
(guard (e ((foreign-error? e "httpx.HTTPStatusError")
           (print "HTTPStatusError" (. (. (foreign-error-value e) response) status_code))))
  ((. (await (client.get "/missing")) raise_for_status)))
(guard (e ((foreign-error? e "httpx.ReadTimeout") (print "ReadTimeout")))
  (await (client.get "/slow" :timeout 0.05)))
(guard (e ((eq? (condition-type e) 'timeout) (print "too late")))
  (with-timeout 0.05 (lambda () (await (client.get "/slow")))))
(define many
  (apply await-all
         (map (lambda (i) (client.get (string-append "/" (number->string i)))) (iota 100))))
(print (length many) (b:all (map (lambda (r) (= r.status-code 200)) many))
       (field (list-ref many 99) "target"))
(define streaming (client.stream "GET" "/streamed"))
(define response (await (streaming.__aenter__)))
(define parts '())
(for (part (response.aiter_bytes)) (set! parts (cons part parts)))
(await (streaming.__aexit__ nil nil nil))
(print (bytevector-copy (apply bytevector-append (reverse parts)) 0 10))
(await (client.aclose))
(server.close)
(guard (e ((foreign-error? e "httpx.ConnectError") (print "ConnectError")))
  (await ((. (httpx:AsyncClient :trust-env #f) get) (string-append base "/gone"))))
