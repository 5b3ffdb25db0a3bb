;;; The most frequent words of a text file.
;;;
;;;   plc build examples/word-count.lisp -o word-count
;;;   ./word-count FILE [HOW-MANY]

(import (scheme base) (scheme char) (scheme cxr) (scheme file)
        (scheme process-context) (scheme write))

;; A hash table from words to counts: a vector of association lists.
(define buckets (make-vector 4096 '()))

(define (hash word)
  (let loop ((i 0) (h 5381))
    (if (= i (string-length word))
        (modulo h (vector-length buckets))
        (loop (+ i 1)
              (modulo (+ (* h 33) (char->integer (string-ref word i)))
                      1000000007)))))

(define (count-word! word)
  (let* ((i (hash word))
         (entry (assoc word (vector-ref buckets i))))
    (if entry
        (set-cdr! entry (+ 1 (cdr entry)))
        (vector-set! buckets i
                     (cons (cons word 1) (vector-ref buckets i))))))

;; Calls (f word) for each run of letters, in lower case.
(define (for-each-word f port)
  (let loop ((letters '()))
    (let ((c (read-char port)))
      (cond ((and (char? c) (char-alphabetic? c))
             (loop (cons (char-downcase c) letters)))
            (else
             (unless (null? letters)
               (f (list->string (reverse letters))))
             (unless (eof-object? c)
               (loop '())))))))

(define (merge a b before?)
  (cond ((null? a) b)
        ((null? b) a)
        ((before? (car b) (car a)) (cons (car b) (merge a (cdr b) before?)))
        (else (cons (car a) (merge (cdr a) b before?)))))

(define (sort items before?)
  (define (sort-first n items)
    (if (= n 1)
        (list (car items))
        (let ((half (quotient n 2)))
          (merge (sort-first half items)
                 (sort-first (- n half) (list-tail items half))
                 before?))))
  (if (null? items)
      '()
      (sort-first (length items) items)))

(define (more-frequent? a b)
  (or (> (cdr a) (cdr b))
      (and (= (cdr a) (cdr b)) (string<? (car a) (car b)))))

(define (print-most-frequent file how-many)
  (call-with-input-file file
    (lambda (port) (for-each-word count-word! port)))
  (let loop ((left how-many)
             (entries (sort (apply append (vector->list buckets))
                            more-frequent?)))
    (unless (or (= left 0) (null? entries))
      (display (cdar entries))
      (display #\tab)
      (display (caar entries))
      (newline)
      (loop (- left 1) (cdr entries)))))

(let ((arguments (cdr (command-line))))
  (if (null? arguments)
      (begin
        (display "usage: word-count FILE [HOW-MANY]" (current-error-port))
        (newline (current-error-port))
        (exit 2))
      (print-most-frequent (car arguments)
                           (if (null? (cdr arguments))
                               10
                               (string->number (cadr arguments))))))
