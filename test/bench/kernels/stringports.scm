;; String ports: words written character by character and as strings, read back
;; by lines, by characters and by data.
;; input: repetitions lines
(define (write-word n port)
  (let loop ((n (+ n 100)))
    (if (> n 0)
        (begin
          (write-char (string-ref "etaoinshrdlu" (remainder n 12)) port)
          (loop (quotient n 12))))))

(define (make-text lines)
  (let ((port (open-output-string)))
    (let loop ((i 0))
      (if (< i lines)
          (begin
            (write-word i port)
            (write-char #\space port)
            (write-string "and some words of a line, " port)
            (write-word (* i i) port)
            (write i port)
            (newline port)
            (loop (+ i 1)))))
    (get-output-string port)))

(define (count-lines text)
  (let ((port (open-input-string text)))
    (let loop ((lines 0) (longest 0))
      (let ((line (read-line port)))
        (if (eof-object? line)
            (+ lines longest)
            (loop (+ lines 1) (max longest (string-length line))))))))

(define (count-words text)
  (let ((port (open-input-string text)))
    (let loop ((words 0) (inside #f))
      (let ((c (read-char port)))
        (cond ((eof-object? c) (if inside (+ words 1) words))
              ((or (char=? c #\space) (char=? c #\newline))
               (loop (if inside (+ words 1) words) #f))
              (else (loop words #t)))))))

;; Text without runs of one letter, by looking one character ahead.
(define (squeeze text)
  (let ((in (open-input-string text)) (out (open-output-string)))
    (let loop ()
      (let ((c (read-char in)))
        (if (not (eof-object? c))
            (begin
              (if (not (eqv? c (peek-char in))) (write-char c out))
              (loop)))))
    (string-length (get-output-string out))))

(define repetitions (read))
(define lines (read))
(let loop ((i 0) (sum 0))
  (if (< i repetitions)
      (let ((text (make-text lines)))
        (loop (+ i 1)
              (+ sum (count-lines text) (count-words text) (squeeze text))))
      (begin (display sum) (newline))))
