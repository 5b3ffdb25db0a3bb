;;; HTTP by libcurl, from its header alone: pages and headers come through
;;; procedures that are written here, what is sent goes through one, and error
;;; codes are conditions.
;;;
;;;   plc run examples/curl-requests.lisp http://127.0.0.1:8000
(import "curl/curl.h" :from "c" :link "curl" :as curl
        :check ((CURLcode zero curl_easy_strerror)
                (CURLMcode zero curl_multi_strerror)
                (curl_easy_init non-null)))
(import "string.h" :from "c" :as c-string)
(import (scheme base) (scheme write) (scheme process-context) (plc) (plc c))

(define server (cadr (command-line)))

;; Calls use with a handle for a page of the server, and closes it on every way
;; out.
(define (with-handle path use)
  (let ((handle (curl:curl_easy_init)))
    (dynamic-wind
     (lambda () #f)
     (lambda ()
       (curl:curl_easy_setopt handle curl:CURLOPT_URL
                              (string-append server path))
       (use handle))
     (lambda () (curl:curl_easy_cleanup handle)))))

;; What libcurl calls with each piece of a page: writes it to a port.
(define (writer port)
  (curl:curl_write_callback
   (lambda (bytes size count data)
     (write-bytevector (c:bytes bytes (* size count)) port)
     (* size count))))

(define (status-of handle)
  (let ((status (c:new 'long)))
    (curl:curl_easy_getinfo handle curl:CURLINFO_RESPONSE_CODE status)
    (ref status 0)))

;; The page as text.
(define (perform handle)
  (let ((page (open-output-bytevector)))
    (curl:curl_easy_setopt handle curl:CURLOPT_WRITEFUNCTION (writer page))
    (curl:curl_easy_perform handle)
    (utf8->string (get-output-bytevector page))))

(define (show . parts)
  (for-each display parts)
  (newline))

;; A request with a header of our own; the headers of the answer.
(with-handle "/greeting"
  (lambda (handle)
    (define types '())
    (define (header bytes size count data)
      (let ((line (c:string bytes (* size count))))
        (when (string-prefix? "Content-Type:" line)
          (set! types (cons (string-trim (substring line 13)) types)))
        (* size count)))
    (let ((headers (curl:curl_slist_append nil "X-Name: Lisp")))
      (curl:curl_easy_setopt handle curl:CURLOPT_HTTPHEADER headers)
      (curl:curl_easy_setopt handle curl:CURLOPT_HEADERFUNCTION
                             (curl:curl_write_callback header))
      (let ((page (perform handle)))
        (show (status-of handle) " " types " " page))
      (curl:curl_slist_free_all headers))))

;; What is sent is asked for piece by piece.
(define (post path text)
  (let ((rest (open-input-bytevector (string->utf8 text))))
    (with-handle path
      (lambda (handle)
        (curl:curl_easy_setopt handle curl:CURLOPT_POST 1)
        (curl:curl_easy_setopt handle curl:CURLOPT_POSTFIELDSIZE
                               (string-length text))
        (curl:curl_easy_setopt
         handle curl:CURLOPT_READFUNCTION
         (curl:curl_read_callback
          (lambda (buffer size count data)
            (let ((piece (read-bytevector (min 1000 (* size count)) rest)))
              (cond ((eof-object? piece) 0)
                    (else
                     (c-string:memcpy buffer piece (bytevector-length piece))
                     (bytevector-length piece)))))))
        (perform handle)))))

(show (post "/reverse" "stressed"))
(show (string-length (post "/reverse" (make-string 50000 #\x))))

;; Failures: of a transfer, of an option, in a procedure that C calls.
(define-syntax try
  (syntax-rules ()
    ((_ form)
     (show (guard (e ((foreign-error? e) (condition-message e))
                     (#t (list 'raised e)))
             form)))))

(with-handle "/missing" (lambda (handle) (perform handle) (show (status-of handle))))
(with-handle "/missing"
  (lambda (handle)
    (curl:curl_easy_setopt handle curl:CURLOPT_FAILONERROR 1)
    (try (perform handle))))
(with-handle "/greeting"
  (lambda (handle)
    (curl:curl_easy_setopt handle curl:CURLOPT_URL "nothing://known")
    (try (perform handle))))
(with-handle "/greeting"
  (lambda (handle)
    (curl:curl_easy_setopt handle curl:CURLOPT_WRITEFUNCTION
                           (curl:curl_write_callback
                            (lambda (bytes size count data) (raise 'enough))))
    (try (curl:curl_easy_perform handle))))
(try (curl:curl_easy_setopt (curl:curl_easy_init) curl:CURLOPT_TIMEOUT -1))

;; Several transfers at a time.
(define (fetch-all paths)
  (let* ((multi (curl:curl_multi_init))
         (running (c:new 'int))
         (transfers
          (map (lambda (path)
                 (let ((handle (curl:curl_easy_init))
                       (page (open-output-bytevector)))
                   (curl:curl_easy_setopt handle curl:CURLOPT_URL
                                          (string-append server path))
                   (curl:curl_easy_setopt handle curl:CURLOPT_WRITEFUNCTION
                                          (writer page))
                   (curl:curl_multi_add_handle multi handle)
                   (cons handle page)))
               paths)))
    (let loop ()
      (curl:curl_multi_perform multi running)
      (when (> (ref running 0) 0)
        (curl:curl_multi_poll multi nil 0 1000 nil)
        (loop)))
    (let ((pages (map (lambda (transfer)
                        (utf8->string (get-output-bytevector (cdr transfer))))
                      transfers)))
      (for-each (lambda (transfer)
                  (curl:curl_multi_remove_handle multi (car transfer))
                  (curl:curl_easy_cleanup (car transfer)))
                transfers)
      (curl:curl_multi_cleanup multi)
      pages)))

(show (fetch-all '("/page/1" "/page/2" "/page/3")))
