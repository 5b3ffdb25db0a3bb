;;; Compresses a text piece by piece with zlib, decompresses it and compares.
;;; The library is imported by its header; nothing else is written for it.
(import "zlib.h" :from "c" :link "z" :as z)

(define chunk 64)

;; Calls step until the stream has no more output for the input that it has, and
;; gives each piece of output to emit.
(define (drain step stream flush emit)
  (let ((buffer (make-bytevector chunk 0)))
    (let loop ()
      (set! stream.next_out buffer)
      (set! stream.avail_out chunk)
      (let ((status (step stream flush)))
        (emit (bytevector-copy buffer 0 (- chunk stream.avail_out)))
        (if (and (= stream.avail_out 0) (not (= status z:Z_STREAM_END)))
            (loop)
            status)))))

;; The bytes that a stream makes of the pieces.
(define (run step stream pieces)
  (let ((output (open-output-bytevector)))
    (for-each
     (lambda (piece)
       (set! stream.next_in piece)
       (set! stream.avail_in (bytevector-length piece))
       (drain step stream z:Z_NO_FLUSH
              (lambda (bytes) (write-bytevector bytes output))))
     pieces)
    (set! stream.avail_in 0)
    (drain step stream z:Z_FINISH
           (lambda (bytes) (write-bytevector bytes output)))
    (get-output-bytevector output)))

(define (compress pieces)
  (let ((stream (z:z_stream)))
    (z:deflateInit stream z:Z_BEST_COMPRESSION)
    (let ((bytes (run z:deflate stream pieces)))
      (z:deflateEnd stream)
      bytes)))

(define (decompress pieces)
  (let ((stream (z:z_stream)))
    (z:inflateInit stream)
    (let ((bytes (run z:inflate stream pieces)))
      (z:inflateEnd stream)
      bytes)))

(define lines
  (let loop ((i 0) (lines '()))
    (if (= i 200)
        (reverse lines)
        (loop (+ i 1)
              (cons (string->utf8
                     (string-append "line " (number->string i)
                                    ": the quick brown fox\n"))
                    lines)))))

(define text (apply bytevector-append lines))
(define packed (compress lines))
(define unpacked (decompress (list packed)))

(display (bytevector-length text)) (newline)
(display (< (bytevector-length packed) (quotient (bytevector-length text) 5)))
(newline)
(display (equal? text unpacked)) (newline)
(display (= (z:crc32 0 text (bytevector-length text))
            (z:crc32 0 unpacked (bytevector-length unpacked))))
(newline)
(display (z:zError z:Z_DATA_ERROR)) (newline)
