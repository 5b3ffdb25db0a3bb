;; Builds large strings from small pieces, through a string port and by
;; appending, and reads them character by character.
;; input: repetitions pieces
(define (build pieces)
  (let ((port (open-output-string)))
    (let loop ((i 0))
      (if (< i pieces)
          (begin
            (write-string "item " port)
            (write-string (number->string i) port)
            (write-char #\, port)
            (loop (+ i 1)))))
    (get-output-string port)))

(define (count-commas s)
  (let ((n (string-length s)))
    (let loop ((i 0) (count 0))
      (if (= i n)
          count
          (loop (+ i 1)
                (if (char=? (string-ref s i) #\,) (+ count 1) count))))))

(define (append-all n)
  (let loop ((i 0) (s ""))
    (if (= i n)
        s
        (loop (+ i 1) (string-append s "ab")))))

(define repetitions (read))
(define pieces (read))
(let loop ((i 0) (sum 0))
  (if (< i repetitions)
      (loop (+ i 1)
            (+ sum (count-commas (build pieces))
               (string-length (append-all 1000))))
      (begin (display sum) (newline))))
