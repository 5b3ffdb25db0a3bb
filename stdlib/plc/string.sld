;;; Strings: the procedures that call Lisp, and searching and joining.
(define-library (plc string)
  (export string-map string-for-each string-count string-join string-split
          string-contains string-prefix? string-suffix? string-index
          string-trim string-trim-left string-trim-right string-pad-left
          string-pad-right string-null? string-reverse call-with-output-string
          with-output-to-string cat string-search-all char-ascii?)
  (import (plc core) (plc primitives) (plc list) (plc port))
  (begin
    (define (string-map f string . more)
      "The string of the characters that f returns."
      (if (null? more)
          (let* ((n (string-length string)))
            (let loop ((i 0) (chars '()))
              (if (= i n)
                  (list->string (reverse chars))
                  (loop (+ i 1) (cons (f (string-ref string i)) chars)))))
          (list->string
           (apply map f (string->list string) (map string->list more)))))

    (define (string-for-each f string . more)
      "Calls f with the characters in order."
      (if (null? more)
          (let ((n (string-length string)))
            (let loop ((i 0))
              (if (< i n)
                  (begin (f (string-ref string i))
                         (loop (+ i 1))))))
          (apply for-each f (string->list string) (map string->list more))))

    (define (string-count string test)
      "How many characters fit."
      (let ((n (string-length string)))
        (let loop ((i 0) (count 0))
          (if (= i n)
              count
              (loop (+ i 1)
                    (if (test (string-ref string i)) (+ count 1) count))))))

    (define (string-null? string) (= (string-length string) 0))
    (define (char-ascii? char) (< (char->integer char) 128))

    (define (string-reverse string)
      (list->string (reverse (string->list string))))

    (define (string-join strings . separator)
      "The strings with the separator (a space) between them."
      (let ((between (if (null? separator) " " (car separator))))
        (if (null? strings)
            ""
            (let loop ((rest (cdr strings)) (parts (list (car strings))))
              (if (null? rest)
                  (apply string-append (reverse parts))
                  (loop (cdr rest) (cons* (car rest) between parts)))))))

    (define (string-contains string pattern)
      "The index of the first place where pattern occurs, or #f."
      (string-search-forward pattern string 0))

    (define (string-search-all pattern string)
      "The indices of all places where pattern occurs."
      (let loop ((from 0) (found '()))
        (let ((at (and (<= from (string-length string))
                       (string-search-forward pattern string from))))
          (if at
              (loop (+ at 1) (cons at found))
              (reverse found)))))

    (define (string-index string test)
      "The index of the first character that fits (a character or predicate)."
      (let ((fits? (if (char? test) (lambda (c) (char=? c test)) test))
            (n (string-length string)))
        (let loop ((i 0))
          (cond ((= i n) #f)
                ((fits? (string-ref string i)) i)
                (else (loop (+ i 1)))))))

    (define (string-prefix? prefix string)
      "True if string begins with prefix."
      (let ((n (string-length prefix)))
        (and (<= n (string-length string))
             (string=? prefix (substring string 0 n)))))

    (define (string-suffix? suffix string)
      "True if string ends with suffix."
      (let ((n (string-length suffix)) (m (string-length string)))
        (and (<= n m)
             (string=? suffix (substring string (- m n) m)))))

    (define (string-split text . delimiter)
      "The parts between delimiters (a character or string); without one, the
       words between white space."
      (cond ((null? delimiter)
             (let ((n (string-length text)))
               (let loop ((i 0) (start #f) (parts '()))
                 (cond ((= i n)
                        (reverse (if start
                                     (cons (substring text start n) parts)
                                     parts)))
                       ((char-whitespace? (string-ref text i))
                        (loop (+ i 1) #f
                              (if start
                                  (cons (substring text start i) parts)
                                  parts)))
                       (else (loop (+ i 1) (or start i) parts))))))
            (else
             (let* ((pattern (if (char? (car delimiter))
                                 (string (car delimiter))
                                 (car delimiter)))
                    (width (string-length pattern)))
               (if (= width 0)
                   (error "string-split: empty delimiter" pattern))
               (let loop ((from 0) (parts '()))
                 (let ((at (string-search-forward pattern text from)))
                   (if at
                       (loop (+ at width)
                             (cons (substring text from at) parts))
                       (reverse
                        (cons (substring text from (string-length text))
                              parts)))))))))

    (define (first-dark string)
      (let ((n (string-length string)))
        (let loop ((i 0))
          (if (and (< i n) (char-whitespace? (string-ref string i)))
              (loop (+ i 1))
              i))))

    (define (last-dark string)
      (let loop ((i (string-length string)))
        (if (and (> i 0) (char-whitespace? (string-ref string (- i 1))))
            (loop (- i 1))
            i)))

    (define (string-trim-left string)
      (substring string (first-dark string) (string-length string)))
    (define (string-trim-right string)
      (substring string 0 (last-dark string)))
    (define (string-trim string)
      "Without white space at its ends."
      (let ((start (first-dark string)) (end (last-dark string)))
        (if (< start end) (substring string start end) "")))

    (define (padding n options)
      (make-string n (if (null? options) #\space (car options))))

    (define (string-pad-left string n . char)
      "The last n characters, filled up on the left."
      (let ((length (string-length string)))
        (if (>= length n)
            (substring string (- length n) length)
            (string-append (padding (- n length) char) string))))

    (define (string-pad-right string n . char)
      "The first n characters, filled up on the right."
      (let ((length (string-length string)))
        (if (>= length n)
            (substring string 0 n)
            (string-append string (padding (- n length) char)))))

    (define (cat . parts)
      "The string of all parts as display shows them."
      (let ((port (open-output-string)))
        (for-each (lambda (part) (display part port)) parts)
        (get-output-string port)))

    (define (call-with-output-string f)
      "What f writes to the port that it gets."
      (let ((port (open-output-string)))
        (f port)
        (get-output-string port)))

    (define (with-output-to-string thunk)
      "What thunk writes to the current output port."
      (let ((port (open-output-string)))
        (parameterize ((current-output-port port))
          (thunk))
        (get-output-string port)))))
