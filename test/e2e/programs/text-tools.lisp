;;; String processing: word wrap, justification, CSV, templates, run-length
;;; and Caesar codes, Levenshtein, simple patterns, tabs, all over string ports.
(import (scheme base) (scheme char) (scheme write))

(define (split text separator?)
  (let ((in (open-input-string text)))
    (let loop ((c (read-char in)) (piece '()) (pieces '()))
      (define (done) (cons (list->string (reverse piece)) pieces))
      (cond ((eof-object? c) (reverse (done)))
            ((separator? c) (loop (read-char in) '() (done)))
            (else (loop (read-char in) (cons c piece) pieces))))))
(define (words text) (let keep ((l (split text char-whitespace?))) (cond
                                                                    ((null? l)
                                                                     '())
                                                                     ((string=?
                                                                       ""
                                                                       (car l))
                                                                       (keep
                                                                        (cdr
                                                                         l)))
                                                                         (else
                                                                          (cons
                                                                           (car
                                                                            l)
                                                                            (keep (cdr l)))))))
(define (join strings glue)
  (if (null? strings) ""
      (let ((out (open-output-string)))
        (write-string (car strings) out)
        (for-each (lambda (s) (write-string glue out) (write-string s out))
                  (cdr strings))
        (get-output-string out))))
(define (wrap text width)
  (let loop ((ws (words text)) (line '()) (length 0) (lines '()))
    (cond ((null? ws) (reverse (if (null? line) lines (cons (reverse line)
                                                       lines))))
          ((and (pair? line) (> (+ length 1 (string-length (car ws))) width))
           (loop ws '() 0 (cons (reverse line) lines)))
          (else (loop (cdr ws) (cons (car ws) line)
                      (+ length (string-length (car ws)) (if (null? line) 0 1))
                      lines)))))
(define (justify line width)
  (let* ((gaps (- (length line) 1))
         (letters (apply + (map string-length line)))
         (spaces (- width letters)))
    (if (zero? gaps) (car line)
        (let loop ((ws (cdr line)) (i 0) (out (car line)))
          (if (null? ws) out
              (let ((n (- (quotient (* (+ i 1) spaces) gaps) (quotient
                                                              (* i spaces)
                                                              gaps))))
                (loop (cdr ws) (+ i 1) (string-append out (make-string n
                                                           #\space)
                                                           (car ws)))))))))
(define (string-index s c start)
  (let loop ((i start)) (cond ((>= i (string-length s)) #f)
                              ((char=? c (string-ref s i)) i) (else (loop
                                                                     (+ i
                                                                      1))))))
(define (string-search pattern text start)
  (let ((n (string-length pattern)))
    (let loop ((i start))
      (cond ((> (+ i n) (string-length text)) #f)
            ((string=? pattern (substring text i (+ i n))) i)
            (else (loop (+ i 1)))))))
(define (replace-all text from to)
  (let loop ((start 0) (parts '()))
    (let ((i (string-search from text start)))
      (if i (loop (+ i (string-length from)) (cons* to (substring text start i)
                                              parts))
          (apply string-append (reverse (cons (string-copy text start)
                                              parts)))))))
(define (cons* a b l) (cons a (cons b l)))

(define text
  "The quick brown fox jumps over the lazy dog; häßlich ist, wer Umlaute scheut.
 Sphinx of black quartz,	judge my vow — pack my box with five dozen liquor jugs.")
(for-each (lambda (line) (display "|") (display (justify line 32)) (display "|")
            (newline)) (wrap text 32))
(write (replace-all "a-b--c-" "-" "+-")) (newline)

(define (parse-csv text)
  (let ((in (open-input-string text)))
    (define (field)
      (if (eqv? (peek-char in) #\")
          (let ((out (open-output-string)))
            (read-char in)
            (let loop ()
              (let ((c (read-char in)))
                (cond ((eof-object? c) (error "open quote"))
                      ((char=? c #\")
                       (when (eqv? (peek-char in) #\") (write-char (read-char
                                                                    in) out)
                                                                    (loop)))
                      (else (write-char c out) (loop)))))
            (get-output-string out))
          (let loop ((cs '()))
            (let ((c (peek-char in)))
              (if (or (eof-object? c) (memv c '(#\, #\newline)))
                  (let ((s (list->string (reverse cs)))) (or (string->number s)
                                                          s))
                  (loop (cons (read-char in) cs)))))))
    (let rows ((out '()))
      (if (eof-object? (peek-char in)) (reverse out)
          (let fields ((row (list (field))))
            (let ((c (read-char in)))
              (if (eqv? c #\,) (fields (cons (field) row))
                  (rows (cons (reverse row) out)))))))))
(define table (parse-csv
               "name,price,note\n\"Nut, bolt\",1.25,\"says \"\"hi\"\"\"\nλ,1/3,\n,-7,\"two\nlines\"\n"))
(write table) (newline)
(define (pad s n) (if (< (string-length s) n) (string-append s (make-string
                                                                (- n
                                                                 (string-length
                                                                  s)) #\.)) s))
(define (->text x) (let ((p (open-output-string))) (display x p)
                     (get-output-string p)))
(for-each (lambda (row) (for-each (lambda (x w) (display (pad (->text x) w)))
                                  row '(12 8 6)) (newline)) table)

(define (template text . bindings)
  (let ((in (open-input-string text)) (out (open-output-string)))
    (let loop ()
      (let ((c (read-char in)))
        (cond ((eof-object? c) (get-output-string out))
              ((and (char=? c #\{) (not (eqv? (peek-char in) #\{)))
               (let name ((cs '()))
                 (let ((c (read-char in)))
                   (if (char=? c #\})
                       (let ((b (assoc (list->string (reverse cs)) bindings
                                       string-ci=?)))
                         (display (if b (cdr b) "?") out)
                         (loop))
                       (name (cons c cs))))))
              ((char=? c #\{) (write-char (read-char in) out) (loop))
              (else (write-char c out) (loop)))))))
(write (template "Dear {Name}, {{x}} you owe {sum} {unknown}" (cons "name" 'Ada)
                 (cons "SUM" 12.5))) (newline)

(define (run-lengths s)
  (let loop ((cs (string->list s)) (out '()))
    (cond ((null? cs) (reverse out))
          ((and (pair? out) (char=? (caar out) (car cs)))
           (loop (cdr cs) (cons (cons (car cs) (+ 1 (cdar out))) (cdr out))))
          (else (loop (cdr cs) (cons (cons (car cs) 1) out))))))
(write (run-lengths "aaabccddddd")) (newline)
(define (rotate k)
  (lambda (c)
    (define (turn base) (integer->char (+ base (modulo (+ k (- (char->integer c)
                                                             base)) 26))))
    (cond ((char<=? #\a c #\z) (turn 97)) ((char<=? #\A c #\Z) (turn 65)) (else
                                                                           c))))
(let ((secret (string-map (rotate 13) "Hello, World: Grüße!")))
  (write (list secret (string-map (rotate -13) secret))) (newline))
(define (levenshtein a b)
  (let* ((n (string-length b)) (row (make-vector (+ n 1))))
    (do ((j 0 (+ j 1))) ((> j n)) (vector-set! row j j))
    (do ((i 1 (+ i 1))) ((> i (string-length a)) (vector-ref row n))
      (let loop ((j 1) (diagonal (vector-ref row 0)) (left i))
        (vector-set! row (- j 1) left)
        (when (<= j n)
          (let ((up (vector-ref row j)))
            (loop (+ j 1) up
                  (min (+ left 1) (+ up 1)
                       (+ diagonal (if (char=? (string-ref a (- i 1))
                                               (string-ref b (- j 1))) 0
                                               1)))))))
      )))
(write (map levenshtein '("kitten" "" "flaw" "Straße") '("sitting" "abc" "lawn"
                                                         "Strasse"))) (newline)

;; Patterns: ? one character, * any run, [abc] a set.
(define (glob-match? pattern text)
  (let match ((p (string->list pattern)) (t (string->list text)))
    (cond ((null? p) (null? t))
          ((char=? (car p) #\*) (or (match (cdr p) t) (and (pair? t) (match p
                                                                      (cdr
                                                                       t)))))
          ((null? t) #f)
          ((char=? (car p) #\?) (match (cdr p) (cdr t)))
          ((char=? (car p) #\[)
           (let set ((q (cdr p)) (hit #f))
             (if (char=? (car q) #\]) (and hit (match (cdr q) (cdr t)))
                 (set (cdr q) (or hit (char=? (car q) (car t)))))))
          (else (and (char=? (car p) (car t)) (match (cdr p) (cdr t)))))))
(write (map (lambda (p) (glob-match? p "hello.lisp")) '("*.lisp" "h?llo*"
                                                        "[gh]ello.*" "*x*"
                                                        "hello" "*l*l*" "")))
                                                        (newline)
(define (title s)
  (let loop ((cs (string->list s)) (up #t) (out '()))
    (if (null? cs)
        (list->string (reverse out))
        (loop (cdr cs) (not (char-alphabetic? (car cs)))
              (cons ((if up char-upcase char-downcase) (car cs)) out)))))
(write (title "the qUICK-brown élan ßharp")) (newline)
(write (list (string-upcase "straße") (string-downcase "ΣΑΣ") (string<? "Zebra"
                                                               "apple")
                                                               (string-ci<?
                                                                "Zebra"
                                                                "apple")))
                                                                (newline)
(define (lines text) (let ((in (open-input-string text))) (let loop
                                                           ((l (read-line in))
                                                            (out '()))
                                                            (if (eof-object? l)
                                                             (reverse out) (loop
                                                                            (read-line in) (cons l out))))))
(write (lines "one\n\ntwo\nthree")) (newline)
(write (string->vector "abc")) (write (vector->string '#(#\x #\y))) (write
                                                                     (string-copy "hello" 1 3)) (newline)
(define s (make-string 3 #\-))
(string-set! s 1 #\λ)
(string-copy! s 2 "xyz" 1 2)
(write (list s (string-length s) (string->utf8 s))) (newline)
