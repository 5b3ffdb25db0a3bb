;;; Compresses a long text with zlib, decompresses it again at once and compares
;;; what went in with what came out, in memory that does not grow with the text.
;;; The library is imported by its header; nothing else is written for it.
;;;
;;;   plc run examples/zlib-stream.lisp 200        # megabytes
(import "zlib.h" :from "c" :link "z" :as z
        :check ((deflateInit zero zError) (inflateInit zero zError)
                (deflate non-negative zError) (inflate non-negative zError)
                (deflateEnd zero zError) (inflateEnd zero zError)))
(import (scheme base) (scheme write) (scheme process-context) (plc) (plc c))

(define size (* 1000000 (string->number (cadr (command-line)))))
(define piece-size 50000)

;; A procedure that takes the first count bytes of a piece, has step (deflate or
;; inflate) work on them and gives emit what comes out, in pieces, too.
(define (stage step stream emit)
  (define room 32768)
  (define buffer (make-bytevector room 0))
  (lambda (bytes count flush)
    (set! stream.next_in bytes)
    (set! stream.avail_in count)
    (let loop ()
      (set! stream.next_out buffer)
      (set! stream.avail_out room)
      (step stream flush)
      (emit buffer (- room stream.avail_out))
      (when (= stream.avail_out 0) (loop)))))

;; The k-th piece of the text: lines with numbers.
(define piece
  (let ((line (string->utf8 "line 0000000: the quick brown fox jumps\n")))
    (apply bytevector-append
           (map (lambda (i) line)
                (iota (quotient piece-size (bytevector-length line)))))))
(define (number-lines! k)
  (let loop ((at 0) (n (* k 1250)))
    (when (< at piece-size)
      (let digits ((i 11) (n n))
        (when (> i 4)
          (bytevector-u8-set! piece (+ at i) (+ 48 (modulo n 10)))
          (digits (- i 1) (quotient n 10))))
      (loop (+ at 40) (+ n 1)))))

(define packed 0)
(define unpacked 0)
(define sum-in (z:crc32 0 nil 0))
(define sum-out sum-in)

(define packing (z:z_stream))
(define unpacking (z:z_stream))
(z:deflateInit packing z:Z_BEST_SPEED)
(z:inflateInit unpacking)

(define unpack
  (stage z:inflate unpacking
         (lambda (bytes count)
           (set! unpacked (+ unpacked count))
           (set! sum-out (z:crc32 sum-out bytes count)))))
(define pack
  (stage z:deflate packing
         (lambda (bytes count)
           (set! packed (+ packed count))
           (when (> count 0) (unpack bytes count z:Z_NO_FLUSH)))))

(let loop ((k 0))
  (when (< (* k piece-size) size)
    (number-lines! k)
    (set! sum-in (z:crc32 sum-in piece piece-size))
    (pack piece piece-size z:Z_NO_FLUSH)
    (loop (+ k 1))))
(pack piece 0 z:Z_FINISH)
(z:deflateEnd packing)
(z:inflateEnd unpacking)

(define (show . parts) (for-each display parts) (newline))
(show (= unpacked size))
(show (= sum-in sum-out))
(show (< (* 5 packed) size))

;; What is no compressed text is an error with zlib's own words.
(z:inflateInit unpacking)
(guard (e ((foreign-error? e) (show (condition-message e))))
  (unpack (string->utf8 "no such stream") 14 z:Z_NO_FLUSH))
(z:inflateEnd unpacking)
