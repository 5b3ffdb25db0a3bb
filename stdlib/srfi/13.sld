;;; SRFI 13: strings. What (plc string) and the primitives do not have. A
;;; character or a predicate says which characters are meant; `/shared` shares
;;; nothing.
(define-library (srfi 13)
  (export
   ;; Predicates
   string? string-null? string-every string-any
   ;; Constructors and conversion
   make-string string string-tabulate string->list list->string
   reverse-list->string string-join
   ;; Selection
   string-length string-ref string-copy substring/shared string-copy!
   string-take string-take-right string-drop string-drop-right
   (rename string-pad-left string-pad) string-pad-right string-trim
   string-trim-right string-trim-both
   ;; Modification
   string-set! string-fill!
   ;; Comparison
   string-compare string-compare-ci string= string<> string< string> string<=
   string>= string-ci= string-ci<> string-ci< string-ci> string-ci<=
   string-ci>= string-hash string-hash-ci
   ;; Prefixes and suffixes
   string-prefix-length string-suffix-length string-prefix-length-ci
   string-suffix-length-ci string-prefix? string-suffix? string-prefix-ci?
   string-suffix-ci?
   ;; Searching
   string-index string-index-right string-skip string-skip-right string-count
   string-contains string-contains-ci
   ;; Case
   string-titlecase string-upcase string-downcase string-titlecase!
   string-upcase! string-downcase!
   ;; Reverse and append
   string-reverse string-reverse! string-append string-concatenate
   (rename string-concatenate string-concatenate/shared)
   (rename string-append string-append/shared) string-concatenate-reverse
   (rename string-concatenate-reverse string-concatenate-reverse/shared)
   ;; Fold, unfold and map
   string-map string-map! string-fold string-fold-right string-unfold
   string-unfold-right string-for-each string-for-each-index
   ;; Replicate, insert, parse, filter
   xsubstring string-xcopy! string-replace string-tokenize string-filter
   string-delete
   ;; Low level
   string-parse-start+end string-parse-final-start+end let-string-start+end
   check-substring-spec substring-spec-ok? make-kmp-restart-vector kmp-step
   string-kmp-partial-search)
  (import (plc core) (plc arguments) (plc list)
          (except (plc primitives) string-hash string-upcase string-downcase)
          (rename (only (plc primitives) string-hash string-upcase
                        string-downcase)
                  (string-hash hash-of) (string-upcase upcase)
                  (string-downcase downcase))
          (only (plc string) string-null? string-join string-pad-left
                string-pad-right string-prefix? string-suffix? string-index
                string-count string-contains string-reverse char-test))
  (begin
    (define (string-every test string :up-to 2 range)
      "The last value of test if all characters fit, else #f."
      (let ((fits? (char-test "string-every" 1 test)))
        (with-part ("string-every" string 2 range start end)
          (let ((last (- end 1)))
            (let loop ((i start))
              (cond ((< i last)
                     (and (fits? (string-ref string i)) (loop (+ i 1))))
                    ((= i last) (fits? (string-ref string i)))
                    (else #t)))))))

    (define (string-any test string :up-to 2 range)
      "The first true value of test, or #f."
      (let ((fits? (char-test "string-any" 1 test)))
        (with-part ("string-any" string 2 range start end)
          (let ((last (- end 1)))
            (let loop ((i start))
              (cond ((< i last)
                     (or (fits? (string-ref string i)) (loop (+ i 1))))
                    ((= i last) (fits? (string-ref string i)))
                    (else #f)))))))

    (define (string-tabulate f n)
      "The string of the characters (f 0) to (f (- n 1))."
      (check-count "string-tabulate" 2 n)
      (let loop ((i (- n 1)) (chars '()))
        (if (< i 0)
            (list->string chars)
            (loop (- i 1) (cons (f i) chars)))))

    (define (reverse-list->string chars)
      "The string of the characters, in reverse order."
      (check-type list? "reverse-list->string" "a list" 1 chars)
      (list->string (reverse chars)))

    ;;; Selection

    (define (substring/shared string start :up-to 1 end)
      "The characters from start to before end."
      (let ((range (cons start end)))
        (with-part ("substring/shared" string 1 range from to)
          (substring string from to))))

    ;; Checks that a string has k characters; its length.
    (define (long-enough who string k)
      (check-type string? who "a string" 1 string)
      (check-index who 2 k (+ (string-length string) 1))
      (string-length string))

    (define (string-take string k)
      "The first k characters."
      (long-enough "string-take" string k)
      (substring string 0 k))
    (define (string-drop string k)
      "All but the first k characters."
      (substring string k (long-enough "string-drop" string k)))
    (define (string-take-right string k)
      "The last k characters."
      (let ((n (long-enough "string-take-right" string k)))
        (substring string (- n k) n)))
    (define (string-drop-right string k)
      "All but the last k characters."
      (let ((n (long-enough "string-drop-right" string k)))
        (substring string 0 (- n k))))

    ;; The index of the first or last character that does not fit, or #f.
    (define (skip fits? string start end)
      (let loop ((i start))
        (cond ((= i end) #f)
              ((fits? (string-ref string i)) (loop (+ i 1)))
              (else i))))
    (define (skip-right fits? string start end)
      (let loop ((i (- end 1)))
        (cond ((< i start) #f)
              ((fits? (string-ref string i)) (loop (- i 1)))
              (else i))))

    (define (trim who string options left? right?)
      (let ((fits? (char-test who 2 (option 0 options char-whitespace?)))
            (range (options-after 1 options)))
        (with-part (who string 1 range start end)
          (let ((from (if left? (skip fits? string start end) start)))
            (if from
                (let ((last (if right?
                                (skip-right fits? string from end)
                                (- end 1))))
                  (if last (substring string from (+ last 1)) ""))
                "")))))

    (define (string-trim string :up-to 3 options)
      "Without the characters on the left that fit (white space)."
      (trim "string-trim" string options #t #f))
    (define (string-trim-right string :up-to 3 options)
      "Without the characters on the right that fit (white space)."
      (trim "string-trim-right" string options #f #t))
    (define (string-trim-both string :up-to 3 options)
      "Without the characters at both ends that fit (white space)."
      (trim "string-trim-both" string options #t #t))

    ;;; Comparison

    (define (char-fold c) (char-downcase (char-upcase c)))
    (define (same? a b) (char=? a b))
    (define (same-ci? a b) (char=? (char-fold a) (char-fold b)))

    ;; How many characters are the same from index i of a and j of b on.
    (define (common same? a i a-end b j b-end)
      (let ((n (min (- a-end i) (- b-end j))))
        (let loop ((k 0))
          (if (and (< k n)
                   (same? (string-ref a (+ i k)) (string-ref b (+ j k))))
              (loop (+ k 1))
              k))))

    ;; The same before a-end and b-end.
    (define (common-right same? a i a-end b j b-end)
      (let ((n (min (- a-end i) (- b-end j))))
        (let loop ((k 0))
          (if (and (< k n)
                   (same? (string-ref a (- a-end k 1))
                          (string-ref b (- b-end k 1))))
              (loop (+ k 1))
              k))))

    ;; Calls one of three procedures with the index of the first difference.
    (define-syntax define-comparisons
      (syntax-rules ()
        ((_ (name who same? fold) ...)
         (begin
           (define (name a b less equal greater :up-to 4 ranges)
             "Calls less, equal or greater with the index in the first string
              where the two begin to differ."
             (with-parts (who a b ranges i i-end j j-end)
               (let* ((k (common same? a i i-end b j j-end))
                      (i (+ i k)) (j (+ j k)))
                 (cond ((= i i-end) ((if (= j j-end) equal less) i))
                       ((= j j-end) (greater i))
                       ((char<? (fold (string-ref a i))
                                (fold (string-ref b j)))
                        (less i))
                       (else (greater i))))))
           ...))))

    (define-comparisons
      (string-compare "string-compare" same? values)
      (string-compare-ci "string-compare-ci" same-ci? char-fold))

    (define (yes i) #t)
    (define (no i) #f)

    ;; Whole strings are compared by the primitives.
    (define-syntax define-orders
      (syntax-rules ()
        ((_ (name who whole same? fold less equal greater) ...)
         (begin
           (define (name a b :up-to 4 ranges)
             "Compares two strings, or the parts given by start and end of the
              first, start and end of the second."
             (with-parts (who a b ranges i i-end j j-end)
               (if (null? ranges)
                   (whole a b)
                   (let* ((k (common same? a i i-end b j j-end))
                          (i (+ i k)) (j (+ j k)))
                     (cond ((= i i-end) (if (= j j-end) equal less))
                           ((= j j-end) greater)
                           ((char<? (fold (string-ref a i))
                                    (fold (string-ref b j)))
                            less)
                           (else greater))))))
           ...))))

    (define (different a b) (not (string=? a b)))
    (define (different-ci a b) (not (string-ci=? a b)))

    (define-orders
      (string= "string=" string=? same? values #f #t #f)
      (string<> "string<>" different same? values #t #f #t)
      (string< "string<" string<? same? values #t #f #f)
      (string> "string>" string>? same? values #f #f #t)
      (string<= "string<=" string<=? same? values #t #t #f)
      (string>= "string>=" string>=? same? values #f #t #t)
      (string-ci= "string-ci=" string-ci=? same-ci? char-fold #f #t #f)
      (string-ci<> "string-ci<>" different-ci same-ci? char-fold #t #f #t)
      (string-ci< "string-ci<" string-ci<? same-ci? char-fold #t #f #f)
      (string-ci> "string-ci>" string-ci>? same-ci? char-fold #f #f #t)
      (string-ci<= "string-ci<=" string-ci<=? same-ci? char-fold #t #t #f)
      (string-ci>= "string-ci>=" string-ci>=? same-ci? char-fold #f #t #t))

    (define (bounded hash bound)
      (if (and bound (> bound 0)) (modulo hash bound) hash))

    (define (string-hash string :up-to 3 options)
      "A hash below the bound, if that is not 0."
      (let ((range (options-after 1 options)))
        (with-part ("string-hash" string 1 range start end)
          (bounded (hash-of (if (null? range)
                                string
                                (substring string start end)))
                   (option 0 options 0)))))

    (define (string-hash-ci string :up-to 3 options)
      "string-hash that ignores case."
      (let ((range (options-after 1 options)))
        (with-part ("string-hash-ci" string 1 range start end)
          (bounded (hash-of (string-map char-fold string start end))
                   (option 0 options 0)))))

    (define-syntax define-lengths
      (syntax-rules ()
        ((_ (name who common same?) ...)
         (begin
           (define (name a b :up-to 4 ranges)
             "How many characters two strings have in common at an end."
             (with-parts (who a b ranges i i-end j j-end)
               (common same? a i i-end b j j-end)))
           ...))))

    (define-lengths
      (string-prefix-length "string-prefix-length" common same?)
      (string-prefix-length-ci "string-prefix-length-ci" common same-ci?)
      (string-suffix-length "string-suffix-length" common-right same?)
      (string-suffix-length-ci "string-suffix-length-ci" common-right
                               same-ci?))

    (define (string-prefix-ci? prefix string :up-to 4 ranges)
      "True if string begins with prefix, but for case."
      (with-parts ("string-prefix-ci?" prefix string ranges i i-end j j-end)
        (= (common same-ci? prefix i i-end string j j-end) (- i-end i))))

    (define (string-suffix-ci? suffix string :up-to 4 ranges)
      "True if string ends with suffix, but for case."
      (with-parts ("string-suffix-ci?" suffix string ranges i i-end j j-end)
        (= (common-right same-ci? suffix i i-end string j j-end)
           (- i-end i))))

    ;;; Searching

    (define (string-index-right string test :up-to 2 range)
      "The index of the last character that fits, or #f."
      (let ((fits? (char-test "string-index-right" 2 test)))
        (with-part ("string-index-right" string 1 range start end)
          (skip-right (lambda (c) (not (fits? c))) string start end))))

    (define (string-skip string test :up-to 2 range)
      "The index of the first character that does not fit, or #f."
      (let ((fits? (char-test "string-skip" 2 test)))
        (with-part ("string-skip" string 1 range start end)
          (skip fits? string start end))))

    (define (string-skip-right string test :up-to 2 range)
      "The index of the last character that does not fit, or #f."
      (let ((fits? (char-test "string-skip-right" 2 test)))
        (with-part ("string-skip-right" string 1 range start end)
          (skip-right fits? string start end))))

    (define (string-contains-ci string pattern :up-to 4 ranges)
      "string-contains that ignores case."
      (with-parts ("string-contains-ci" string pattern ranges i i-end j j-end)
        (let ((at (string-search-forward
                   (string-map char-fold pattern j j-end)
                   (string-map char-fold string i i-end)
                   0)))
          (and at (+ i at)))))

    ;;; Case

    ;; The characters that have a title case of their own come in threes.
    (define (char-titlecase c)
      (let ((n (char->integer c)))
        (cond ((and (<= #x1C4 n) (<= n #x1CC))
               (integer->char (+ #x1C5 (* 3 (quotient (- n #x1C4) 3)))))
              ((and (<= #x1F1 n) (<= n #x1F3)) (integer->char #x1F2))
              (else (char-upcase c)))))

    (define (cased? c)
      (or (char-lower-case? c) (char-upper-case? c)
          (not (char=? c (char-upcase c)))))

    (define (string-titlecase! string :up-to 2 range)
      "Makes the first letter of each word title case, the others lower case."
      (with-part ("string-titlecase!" string 1 range start end)
        (let loop ((i start) (inside? #f))
          (if (< i end)
              (let ((c (string-ref string i)))
                (string-set! string i (if inside?
                                          (char-downcase c)
                                          (char-titlecase c)))
                (loop (+ i 1) (cased? c)))))))

    (define (string-titlecase string :up-to 2 range)
      "The words with their first letter in title case, the others in lower."
      (with-part ("string-titlecase" string 1 range start end)
        (let ((result (substring string start end)))
          (string-titlecase! result)
          result)))

    (define (string-upcase! string :up-to 2 range)
      "Replaces the characters by their upper case."
      (with-part ("string-upcase!" string 1 range start end)
        (change! char-upcase string start end)))
    (define (string-downcase! string :up-to 2 range)
      "Replaces the characters by their lower case."
      (with-part ("string-downcase!" string 1 range start end)
        (change! char-downcase string start end)))
    (define (string-upcase string :up-to 2 range)
      "The characters from start to before end in upper case."
      (if (null? range)
          (upcase string)
          (with-part ("string-upcase" string 1 range start end)
            (upcase (substring string start end)))))
    (define (string-downcase string :up-to 2 range)
      "The characters from start to before end in lower case."
      (if (null? range)
          (downcase string)
          (with-part ("string-downcase" string 1 range start end)
            (downcase (substring string start end)))))

    ;;; Reverse and append

    (define (string-reverse! string :up-to 2 range)
      "Reverses the characters from start to before end."
      (with-part ("string-reverse!" string 1 range start end)
        (let loop ((i start) (j (- end 1)))
          (if (< i j)
              (let ((c (string-ref string i)))
                (string-set! string i (string-ref string j))
                (string-set! string j c)
                (loop (+ i 1) (- j 1)))))))

    (define (string-concatenate strings)
      "The characters of the strings of a list."
      (check-type list? "string-concatenate" "a list" 1 strings)
      (apply string-append strings))

    (define (string-concatenate-reverse strings :up-to 2 options)
      "The characters of the strings of a list from the last to the first,
       then those of a final string before an end."
      (check-type list? "string-concatenate-reverse" "a list" 1 strings)
      (let* ((final (option 0 options ""))
             (end (if (pair? (options-after 1 options))
                      (list 0 (cadr options))
                      '())))
        (with-part ("string-concatenate-reverse" final 2 end start end)
          (apply string-append
                 (append-reverse strings
                                 (list (substring final start end)))))))

    ;;; Fold, unfold and map

    (define (string-map f string :up-to 2 range)
      "The string of the characters that f returns."
      (with-part ("string-map" string 2 range start end)
        (let loop ((i start) (chars '()))
          (if (= i end)
              (list->string (reverse chars))
              (loop (+ i 1) (cons (f (string-ref string i)) chars))))))

    (define (change! f string start end)
      (let loop ((i start))
        (if (< i end)
            (begin (string-set! string i (f (string-ref string i)))
                   (loop (+ i 1))))))

    (define (string-map! f string :up-to 2 range)
      "Replaces the characters by those that f returns."
      (with-part ("string-map!" string 2 range start end)
        (change! f string start end)))

    (define (string-fold f initial string :up-to 2 range)
      "(f character accumulated), from the first character on."
      (with-part ("string-fold" string 3 range start end)
        (let loop ((i start) (accumulated initial))
          (if (= i end)
              accumulated
              (loop (+ i 1) (f (string-ref string i) accumulated))))))

    (define (string-fold-right f initial string :up-to 2 range)
      "(f character accumulated), from the last character on."
      (with-part ("string-fold-right" string 3 range start end)
        (let loop ((i (- end 1)) (accumulated initial))
          (if (< i start)
              accumulated
              (loop (- i 1) (f (string-ref string i) accumulated))))))

    (define (string-unfold stop? f next seed :up-to 2 options)
      "A base string, the characters (f seed), (f (next seed)) and so on until
       stop? is true of a seed, and the string made of that."
      (let loop ((seed seed) (chars '()))
        (if (stop? seed)
            (string-append (option 0 options "")
                           (list->string (reverse chars))
                           ((option 1 options (lambda (seed) "")) seed))
            (loop (next seed) (cons (f seed) chars)))))

    (define (string-unfold-right stop? f next seed :up-to 2 options)
      "string-unfold from the right to the left."
      (let loop ((seed seed) (chars '()))
        (if (stop? seed)
            (string-append ((option 1 options (lambda (seed) "")) seed)
                           (list->string chars)
                           (option 0 options ""))
            (loop (next seed) (cons (f seed) chars)))))

    (define (string-for-each f string :up-to 2 range)
      "Calls f with the characters in order."
      (with-part ("string-for-each" string 2 range start end)
        (let loop ((i start))
          (if (< i end)
              (begin (f (string-ref string i))
                     (loop (+ i 1)))))))

    (define (string-for-each-index f string :up-to 2 range)
      "Calls f with the indices in order."
      (with-part ("string-for-each-index" string 2 range start end)
        (let loop ((i start))
          (if (< i end)
              (begin (f i)
                     (loop (+ i 1)))))))

    ;;; Replicate, insert, parse, filter

    (define (replicated who string from to start end)
      (let ((n (- end start)))
        (check-type fixnum? who "an index" 2 from)
        (check-type fixnum? who "an index" 3 to)
        (if (or (> from to) (and (= n 0) (< from to)))
            (bad-index who from n))
        (let loop ((k (- to 1)) (chars '()))
          (if (< k from)
              (list->string chars)
              (loop (- k 1)
                    (cons (string-ref string (+ start (modulo k n)))
                          chars))))))

    (define (xsubstring string from :up-to 3 options)
      "The characters from index `from` to before `to` of the string repeated
       in both directions."
      (let ((range (options-after 1 options)))
        (with-part ("xsubstring" string 1 range start end)
          (replicated "xsubstring" string from
                      (option 0 options (+ from (- end start)))
                      start end))))

    (define (string-xcopy! target at string from :up-to 3 options)
      "Copies what xsubstring gives to index `at` of a string."
      (check-type string? "string-xcopy!" "a string" 1 target)
      (let ((range (options-after 1 options)))
        (with-part ("string-xcopy!" string 3 range start end)
          (let ((part (replicated "string-xcopy!" string from
                                  (option 0 options (+ from (- end start)))
                                  start end)))
            (check-range "string-xcopy!" at
                         (if (fixnum? at) (+ at (string-length part)) at)
                         (string-length target))
            (string-copy! target at part)))))

    (define (string-replace a b start-a end-a :up-to 2 range)
      "The first string with the second, or a part of it, in the place of the
       characters from start to before end."
      (check-type string? "string-replace" "a string" 1 a)
      (check-range "string-replace" start-a end-a (string-length a))
      (with-part ("string-replace" b 2 range start end)
        (string-append (substring a 0 start-a)
                       (substring b start end)
                       (substring a end-a (string-length a)))))

    (define (visible? c)
      (not (or (char-whitespace? c)
               (< (char->integer c) 32)
               (and (<= 127 (char->integer c)) (< (char->integer c) 160)))))

    (define (string-tokenize string :up-to 3 options)
      "The longest parts whose characters all fit (all but white space)."
      (let ((fits? (char-test "string-tokenize" 2 (option 0 options visible?)))
            (range (options-after 1 options)))
        (with-part ("string-tokenize" string 1 range start end)
          (let loop ((end end) (tokens '()))
            (let ((last (skip-right (lambda (c) (not (fits? c)))
                                    string start end)))
              (if last
                  (let* ((before (skip-right fits? string start last))
                         (from (if before (+ before 1) start)))
                    (loop from
                          (cons (substring string from (+ last 1)) tokens)))
                  tokens))))))

    (define (keep fits? string start end)
      (let loop ((i (- end 1)) (chars '()))
        (if (< i start)
            (list->string chars)
            (let ((c (string-ref string i)))
              (loop (- i 1) (if (fits? c) (cons c chars) chars))))))

    (define (string-filter test string :up-to 2 range)
      "The characters that fit."
      (let ((fits? (char-test "string-filter" 1 test)))
        (with-part ("string-filter" string 2 range start end)
          (keep fits? string start end))))

    (define (string-delete test string :up-to 2 range)
      "The characters that do not fit."
      (let ((fits? (char-test "string-delete" 1 test)))
        (with-part ("string-delete" string 2 range start end)
          (keep (lambda (c) (not (fits? c))) string start end))))

    ;;; Low level

    (define (name-of procedure)
      (let ((name (if (procedure? procedure)
                      (procedure-name procedure)
                      procedure)))
        (cond ((symbol? name) (symbol->string name))
              ((string? name) name)
              (else "a procedure"))))

    (define (string-parse-start+end procedure string arguments)
      "Three values: the arguments behind start and end, and these."
      (let ((who (name-of procedure)))
        (with-part (who string 1 arguments start end)
          (values (options-after 2 arguments) start end))))

    (define (string-parse-final-start+end procedure string arguments)
      "Start and end, which must be the last arguments."
      (let ((who (name-of procedure)))
        (with-part (who string 1 arguments start end)
          (if (pair? (options-after 2 arguments))
              (error (string-append who ": too many arguments") arguments))
          (values start end))))

    (define-syntax let-string-start+end
      (syntax-rules ()
        ((_ (start end) procedure string arguments body ...)
         (call-with-values
          (lambda ()
            (string-parse-final-start+end procedure string arguments))
          (lambda (start end) body ...)))
        ((_ (start end rest) procedure string arguments body ...)
         (call-with-values
          (lambda () (string-parse-start+end procedure string arguments))
          (lambda (rest start end) body ...)))))

    (define (check-substring-spec procedure string start end)
      "Raises unless start and end delimit a part of a string."
      (let ((who (name-of procedure)))
        (check-type string? who "a string" 1 string)
        (check-range who start end (string-length string))))

    (define (substring-spec-ok? string start end)
      "True if start and end delimit a part of a string."
      (and (string? string) (fixnum? start) (fixnum? end)
           (<= 0 start end (string-length string))))

    (define (make-kmp-restart-vector pattern :up-to 3 options)
      "For each index of a pattern where a search by Knuth, Morris and Pratt
       goes on if the character there differs; -1: at the next character."
      (let ((same? (option 0 options char=?))
            (range (options-after 1 options)))
        (with-part ("make-kmp-restart-vector" pattern 1 range start end)
          (let* ((n (- end start)) (restart (make-vector n -1)))
            (define (at i) (string-ref pattern (+ start i)))
            ;; k: how many characters before i begin the pattern, too.
            (let loop ((i 0) (k -1))
              (if (< (+ i 1) n)
                  (cond ((= k -1)
                         (vector-set! restart (+ i 1)
                                      (if (same? (at (+ i 1)) (at 0)) -1 0))
                         (loop (+ i 1) 0))
                        ((same? (at i) (at k))
                         (vector-set! restart (+ i 1)
                                      (if (same? (at (+ i 1)) (at (+ k 1)))
                                          (vector-ref restart (+ k 1))
                                          (+ k 1)))
                         (loop (+ i 1) (+ k 1)))
                        (else (loop i (vector-ref restart k))))))
            restart))))

    (define (kmp-step pattern restart char i same? start)
      "How many characters of the pattern match behind one more character, if
       i matched before it."
      (let loop ((i i))
        (cond ((same? char (string-ref pattern (+ start i))) (+ i 1))
              ((= (vector-ref restart i) -1) 0)
              (else (loop (vector-ref restart i))))))

    (define (string-kmp-partial-search pattern restart string i
                                       :up-to 4 options)
      "Goes on with a search of which i characters matched: how many match at
       the end of the string, or - the index behind the place found."
      (let ((same? (option 0 options char=?))
            (pattern-start (option 1 options 0))
            (range (options-after 2 options))
            (n (vector-length restart)))
        (with-part ("string-kmp-partial-search" string 3 range start end)
          (let loop ((at start) (i i))
            (cond ((= i n) (- at))
                  ((= at end) i)
                  (else
                   (loop (+ at 1)
                         (kmp-step pattern restart (string-ref string at) i
                                   same? pattern-start))))))))))
