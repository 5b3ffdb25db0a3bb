;;; Counts the words of the files given on the command line and prints the most
;;; frequent ones.
;;;
;;;   plc run examples/word-frequencies.lisp examples/data/apache-2.0.txt

(import (scheme base) (scheme char) (scheme file) (scheme write)
        (scheme process-context) (plc))

(define most-shown 20)

;; Calls (handle word) for each word of the port, in lower case.
(define (for-each-word handle port)
  (let loop ((letters '()))
    (let ((c (read-char port)))
      (cond ((and (not (eof-object? c)) (char-alphabetic? c))
             (loop (cons (char-downcase c) letters)))
            (else
             (if (pair? letters)
                 (handle (list->string (reverse letters))))
             (if (not (eof-object? c))
                 (loop '())))))))

(define (count-words table port)
  (for-each-word
   (lambda (word) (hash-table-update!/default table word (lambda (n) (+ n 1)) 0))
   port))

;; More frequent first, then by the alphabet.
(define (before? a b)
  (or (> (cdr a) (cdr b))
      (and (= (cdr a) (cdr b)) (string<? (car a) (car b)))))

(define (merge a b)
  (cond ((null? a) b)
        ((null? b) a)
        ((before? (car b) (car a)) (cons (car b) (merge a (cdr b))))
        (else (cons (car a) (merge (cdr a) b)))))

(define (sort-counts l)
  (let ((n (length l)))
    (if (< n 2)
        l
        (let ((half (quotient n 2)))
          (merge (sort-counts (list-head l half))
                 (sort-counts (list-tail l half)))))))

(define (list-head l k)
  (if (= k 0) '() (cons (car l) (list-head (cdr l) (- k 1)))))

(define (pad-left text width)
  (string-append (make-string (max 0 (- width (string-length text))) #\space)
                 text))

(define (main files)
  (let ((table (make-equal-hash-table)))
    (for-each (lambda (file)
                (call-with-input-file file
                  (lambda (port) (count-words table port))))
              files)
    (let loop ((counts (sort-counts (hash-table->alist table))) (i 0))
      (if (and (pair? counts) (< i most-shown))
          (begin
            (display (pad-left (number->string (cdar counts)) 7))
            (display " ")
            (display (caar counts))
            (newline)
            (loop (cdr counts) (+ i 1)))))))

(main (cdr (command-line)))
