;;; Strings: the procedures that call Lisp, and searching and joining.
(define-library (plc string)
  (export string-map string-for-each string-count string-join string-split
          string-contains string-prefix? string-suffix? string-index
          string-trim string-trim-left string-trim-right string-pad-left
          string-pad-right string-null? string-reverse call-with-output-string
          with-output-to-string cat string-search-all char-ascii?
          char-test)
  (import (plc core) (plc primitives) (plc list) (plc port)
          (plc arguments)
          (only (plc char-set) char-set? boundaries inside?))
  (begin
    (define (string-map f string . more)
      "The string of the characters that f returns."
      (check-callable "string-map" 1 f)
      (check-type string? "string-map" "a string" 2 string)
      (check-all "string-map" "a string" 3 string? more)
      (if (null? more)
          (let* ((n (string-length string)))
            (let loop ((i 0) (chars '()))
              (if (= i n)
                  (list->string (reverse chars))
                  (loop (+ i 1)
                        (cons (mapped (f (string-ref string i))) chars)))))
          (list->string
           (apply map
                  (lambda chars (mapped (apply f chars)))
                  (string->list string)
                  (map string->list more)))))

    (define (mapped value)
      (if (char? value)
          value
          (error "string-map: the procedure returned no character" value)))

    (define (string-for-each f string . more)
      "Calls f with the characters in order."
      (check-callable "string-for-each" 1 f)
      (check-type string? "string-for-each" "a string" 2 string)
      (check-all "string-for-each" "a string" 3 string? more)
      (if (null? more)
          (let ((n (string-length string)))
            (let loop ((i 0))
              (if (< i n)
                  (begin (f (string-ref string i))
                         (loop (+ i 1))))))
          (apply for-each f (string->list string) (map string->list more))))

    (define (char-test who position test)
      "The predicate that a character (which must be the same), a predicate or a
       set of characters stands for, an argument of `who`."
      (cond ((procedure? test) test)
            ((char? test) (lambda (c) (char=? c test)))
            ((char-set? test)
             (let ((boundaries (boundaries test)))
               (lambda (c) (inside? boundaries (char->integer c)))))
            (else
             (wrong-type who "a character or predicate" position test))))

    (define (string-count string test :up-to 2 range)
      "How many characters fit (a character or predicate)."
      (let ((fits? (char-test "string-count" 2 test)))
        (with-part ("string-count" string 1 range start end)
          (let loop ((i start) (count 0))
            (if (= i end)
                count
                (loop (+ i 1)
                      (if (fits? (string-ref string i))
                          (+ count 1)
                          count)))))))

    (define (string-null? string) (= (string-length string) 0))
    (define (char-ascii? char) (< (char->integer char) 128))

    (define (string-reverse string :up-to 2 range)
      "The characters from start to before end, in reverse order."
      (with-part ("string-reverse" string 1 range start end)
        (let loop ((i start) (chars '()))
          (if (= i end)
              (list->string chars)
              (loop (+ i 1) (cons (string-ref string i) chars))))))

    (define (string-join strings :up-to 2 options)
      "The strings with a delimiter (a space) between them; with the grammar
       prefix or suffix, before or behind each; strict-infix needs strings."
      (check-type list? "string-join" "a list" 1 strings)
      (let ((between (option 0 options " "))
            (grammar (option 1 options 'infix)))
        (check-type string? "string-join" "a string" 2 between)
        (case grammar
          ((infix strict-infix)
           (cond ((pair? strings)
                  (apply string-append (car strings)
                         (delimited between (cdr strings))))
                 ((eq? grammar 'infix) "")
                 (else (wrong-type "string-join" "some strings" 1 strings))))
          ((prefix) (apply string-append (delimited between strings)))
          ((suffix)
           (apply string-append
                  (append-map (lambda (string) (list string between))
                              strings)))
          (else (wrong-type "string-join"
                            "infix, strict-infix, prefix or suffix" 3
                            grammar)))))

    (define (delimited between strings)
      (append-map (lambda (string) (list between string)) strings))

    (define (string-contains string pattern :up-to 4 ranges)
      "The index of the first place where pattern occurs, or #f."
      (with-parts ("string-contains" string pattern ranges start end
                   pattern-start pattern-end)
        (let* ((whole? (= end (string-length string)))
               (at (string-search-forward
                    (if (= pattern-start 0 (- (string-length pattern)
                                              pattern-end))
                        pattern
                        (substring pattern pattern-start pattern-end))
                    (if whole? string (substring string start end))
                    (if whole? start 0))))
          (and at (if whole? at (+ start at))))))

    (define (string-search-all pattern string)
      "The indices of all places where pattern occurs."
      (let loop ((from 0) (found '()))
        (let ((at (and (<= from (string-length string))
                       (string-search-forward pattern string from))))
          (if at
              (loop (+ at 1) (cons at found))
              (reverse found)))))

    (define (string-index string test :up-to 2 range)
      "The index of the first character that fits (a character or predicate)."
      (let ((fits? (char-test "string-index" 2 test)))
        (with-part ("string-index" string 1 range start end)
          (let loop ((i start))
            (cond ((= i end) #f)
                  ((fits? (string-ref string i)) i)
                  (else (loop (+ i 1))))))))

    ;; True if n characters are the same from index i of a and j of b on.
    (define (same? a i b j n)
      (or (= n 0)
          (and (char=? (string-ref a i) (string-ref b j))
               (same? a (+ i 1) b (+ j 1) (- n 1)))))

    (define (string-prefix? prefix string :up-to 4 ranges)
      "True if string begins with prefix."
      (with-parts ("string-prefix?" prefix string ranges i i-end j j-end)
        (and (<= (- i-end i) (- j-end j))
             (same? prefix i string j (- i-end i)))))

    (define (string-suffix? suffix string :up-to 4 ranges)
      "True if string ends with suffix."
      (with-parts ("string-suffix?" suffix string ranges i i-end j j-end)
        (let ((n (- i-end i)))
          (and (<= n (- j-end j))
               (same? suffix i string (- j-end n) n)))))

    (define (string-split text :up-to 1 delimiter)
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

    (define (string-pad-left string n :up-to 3 options)
      "The last n characters, filled up on the left."
      (check-count "string-pad-left" 2 n)
      (let ((range (options-after 1 options)))
        (with-part ("string-pad-left" string 1 range start end)
          (if (>= (- end start) n)
              (substring string (- end n) end)
              (string-append (make-string (- n (- end start))
                                          (option 0 options #\space))
                             (substring string start end))))))

    (define (string-pad-right string n :up-to 3 options)
      "The first n characters, filled up on the right."
      (check-count "string-pad-right" 2 n)
      (let ((range (options-after 1 options)))
        (with-part ("string-pad-right" string 1 range start end)
          (if (>= (- end start) n)
              (substring string start (+ start n))
              (string-append (substring string start end)
                             (make-string (- n (- end start))
                                          (option 0 options #\space)))))))

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
