;;; SRFI 14: sets of characters. They are immutable (plc char-set); what may
;;; change a set gives a new one. Characters come in the order of code points.
(define-library (srfi 14)
  (export
   ;; Predicates and comparison
   char-set? char-set= char-set<= char-set-hash
   ;; Iterating
   char-set-cursor char-set-ref char-set-cursor-next end-of-char-set?
   char-set-fold char-set-unfold (rename char-set-unfold char-set-unfold!)
   char-set-for-each char-set-map
   ;; Making
   char-set-copy char-set list->char-set string->char-set
   (rename list->char-set list->char-set!)
   (rename string->char-set string->char-set!) char-set-filter
   (rename char-set-filter char-set-filter!) ucs-range->char-set
   (rename ucs-range->char-set ucs-range->char-set!) ->char-set
   ;; Querying
   char-set->list char-set->string char-set-size char-set-count
   char-set-contains? char-set-every char-set-any
   ;; Algebra
   char-set-adjoin char-set-delete (rename char-set-adjoin char-set-adjoin!)
   (rename char-set-delete char-set-delete!) char-set-complement
   char-set-union char-set-intersection char-set-difference char-set-xor
   char-set-diff+intersection
   (rename char-set-complement char-set-complement!)
   (rename char-set-union char-set-union!)
   (rename char-set-intersection char-set-intersection!)
   (rename char-set-difference char-set-difference!)
   (rename char-set-xor char-set-xor!)
   (rename char-set-diff+intersection char-set-diff+intersection!)
   ;; Standard sets
   char-set:lower-case char-set:upper-case char-set:title-case
   char-set:letter char-set:digit char-set:letter+digit char-set:graphic
   char-set:printing char-set:whitespace char-set:iso-control
   char-set:punctuation char-set:symbol char-set:hex-digit char-set:blank
   char-set:ascii char-set:empty char-set:full)
  (import (plc core) (plc primitives) (plc arguments) (plc list)
          (plc char-set) (plc char-categories) (plc sort))
  (begin
    (define-syntax check-set
      (syntax-rules ()
        ((_ who position set)
         (check-type char-set? who "a char-set" position set))))

    (define (check-sets who position sets)
      (check-all who "a char-set" position char-set? sets))

    ;; The code points that are no characters are in no set.
    (define all '#(0 #xD800 #xE000 #x110000))
    (define (empty? set) (eqv? 0 (vector-length (boundaries set))))

    ;; Calls (f FIRST END SEED) for each run of members, the first one first.
    (define (fold-runs f seed set)
      (let* ((v (boundaries set)) (n (vector-length v)))
        (let loop ((i 0) (seed seed))
          (if (= i n)
              seed
              (loop (+ i 2)
                    (f (vector-ref v i) (vector-ref v (+ i 1)) seed))))))

    ;; The set of what is in one or both of two, as keep? says: a sweep over the
    ;; boundaries of both.
    (define (combine keep? a b)
      (let* ((a (boundaries a)) (b (boundaries b))
             (na (vector-length a)) (nb (vector-length b)))
        (let loop ((i 0) (j 0) (inside #f) (found '()))
          (if (and (= i na) (= j nb))
              (make-char-set (list->vector (reverse found)))
              (let* ((next (cond ((= i na) (vector-ref b j))
                                 ((= j nb) (vector-ref a i))
                                 (else (min (vector-ref a i)
                                            (vector-ref b j)))))
                     (i (if (and (< i na) (= next (vector-ref a i)))
                            (+ i 1)
                            i))
                     (j (if (and (< j nb) (= next (vector-ref b j)))
                            (+ j 1)
                            j))
                     (now (keep? (odd? i) (odd? j))))
                (loop i j now
                      (if (eq? now inside) found (cons next found))))))))

    (define (union a b) (combine (lambda (a b) (or a b)) a b))
    (define (intersection a b) (combine (lambda (a b) (and a b)) a b))
    (define (difference a b) (combine (lambda (a b) (and a (not b))) a b))
    (define (xor a b) (combine (lambda (a b) (not (eq? a b))) a b))

    (define (of-chars chars)
      "The set of a list of characters."
      (let loop ((codes (list-sort < (map char->integer chars))) (found '()))
        (cond ((null? codes)
               (make-char-set (list->vector (reverse found))))
              ;; found begins with the end of the last run.
              ((and (pair? found) (= (car codes) (car found)))
               (loop (cdr codes) (cons (+ (car codes) 1) (cdr found))))
              ((and (pair? found) (< (car codes) (car found)))
               (loop (cdr codes) found))
              (else
               (loop (cdr codes)
                     (cons (+ (car codes) 1) (cons (car codes) found)))))))

    ;; With the members of an optional set.
    (define (with-base who position base set)
      (if (pair? base)
          (begin
            (check-set who position (car base))
            (union (car base) set))
          set))

    ;; Predicates and comparison

    (define (char-set= . sets)
      "True if all sets have the same members."
      (check-sets "char-set=" 1 sets)
      (or (null? sets)
          (every (lambda (set) (equal? (boundaries set) (boundaries (car sets))))
                 (cdr sets))))

    (define (char-set<= . sets)
      "True if each set is part of the next one."
      (check-sets "char-set<=" 1 sets)
      (or (null? sets)
          (let loop ((set (car sets)) (rest (cdr sets)))
            (or (null? rest)
                (and (empty? (difference set (car rest)))
                     (loop (car rest) (cdr rest)))))))

    (define (char-set-hash set :up-to 1 bound)
      "A hash of the members, less than a bound that is not 0."
      (check-set "char-set-hash" 1 set)
      (let ((bound (option 0 bound 0)))
        (check-count "char-set-hash" 2 bound)
        (modulo (fold-runs (lambda (first end hash)
                             (modulo (+ (* 31 (+ (* 31 hash) first)) end)
                                     536870909))
                           17 set)
                (if (eqv? bound 0) 536870909 bound))))

    ;; Iterating. A cursor is the code point of a member; the end is #f.

    (define (first-from set code)
      (let* ((v (boundaries set)) (n (vector-length v)))
        (if (inside? v code)
            code
            (let loop ((low 0) (high n))
              (if (= low high)
                  (and (< low n) (vector-ref v low))
                  (let ((middle (quotient (+ low high) 2)))
                    (if (< code (vector-ref v middle))
                        (loop low middle)
                        (loop (+ middle 1) high))))))))

    (define (char-set-cursor set)
      "A cursor at the first member."
      (check-set "char-set-cursor" 1 set)
      (first-from set 0))

    (define (char-set-ref set cursor)
      "The member that the cursor is at."
      (check-set "char-set-ref" 1 set)
      (check-cursor "char-set-ref" cursor)
      (integer->char cursor))

    (define (check-cursor who cursor)
      (if (not (fixnum? cursor))
          (wrong-type who "a cursor before the end" 2 cursor)))

    (define (char-set-cursor-next set cursor)
      "The cursor at the next member."
      (check-set "char-set-cursor-next" 1 set)
      (check-cursor "char-set-cursor-next" cursor)
      (first-from set (+ cursor 1)))

    (define (end-of-char-set? cursor)
      "True if the cursor is behind the last member."
      (not cursor))

    (define (char-set-fold f seed set)
      "(f CHAR SEED) for each member."
      (check-callable "char-set-fold" 1 f)
      (check-set "char-set-fold" 3 set)
      (fold-runs (lambda (first end seed)
                   (let loop ((code first) (seed seed))
                     (if (= code end)
                         seed
                         (loop (+ code 1) (f (integer->char code) seed)))))
                 seed set))

    (define (char-set-unfold stop? char-of next seed :up-to 1 base)
      "The set of the characters (char-of SEED) until (stop? SEED)."
      (check-callable "char-set-unfold" 1 stop?)
      (check-callable "char-set-unfold" 2 char-of)
      (check-callable "char-set-unfold" 3 next)
      (let loop ((seed seed) (chars '()))
        (if (stop? seed)
            (with-base "char-set-unfold" 5 base (of-chars chars))
            (loop (next seed)
                  (cons (checked-char "char-set-unfold" (char-of seed))
                        chars)))))

    (define (checked-char who value)
      (if (not (char? value))
          (error (string-append who ": the procedure gave no character") value))
      value)

    (define (char-set-for-each f set)
      "Calls (f CHAR) for each member."
      (check-callable "char-set-for-each" 1 f)
      (check-set "char-set-for-each" 2 set)
      (char-set-fold (lambda (char seed) (f char) seed) #f set)
      (if #f #f))

    (define (char-set-map f set)
      "The set of what (f CHAR) gives."
      (check-callable "char-set-map" 1 f)
      (check-set "char-set-map" 2 set)
      (of-chars (char-set-fold
                 (lambda (char chars)
                   (cons (checked-char "char-set-map" (f char)) chars))
                 '() set)))

    ;; Making

    (define (char-set-copy set)
      "A copy; sets are immutable, so it is the set."
      (check-set "char-set-copy" 1 set)
      set)

    (define (char-set . chars)
      "The set of the characters."
      (check-all "char-set" "a character" 1 char? chars)
      (of-chars chars))

    (define (list->char-set chars :up-to 1 base)
      "The set of a list of characters, and the members of a base."
      (check-type list? "list->char-set" "a list" 1 chars)
      (check-all "list->char-set" "a list of characters" 1 char? chars)
      (with-base "list->char-set" 2 base (of-chars chars)))

    (define (string->char-set string :up-to 1 base)
      "The set of the characters of a string, and the members of a base."
      (check-type string? "string->char-set" "a string" 1 string)
      (with-base "string->char-set" 2 base (of-chars (string->list string))))

    (define (char-set-filter fits? set :up-to 1 base)
      "The set of the members that fit."
      (check-callable "char-set-filter" 1 fits?)
      (check-set "char-set-filter" 2 set)
      (with-base "char-set-filter" 3 base
                 (of-chars (char-set-fold
                            (lambda (char chars)
                              (if (fits? char) (cons char chars) chars))
                            '() set))))

    (define (ucs-range->char-set lower upper :up-to 2 options)
      "The set of the characters from a code point to before another."
      (check-count "ucs-range->char-set" 1 lower)
      (check-count "ucs-range->char-set" 2 upper)
      (if (not (<= lower upper #x110000))
          (bad-index "ucs-range->char-set" upper #x110000))
      (let* ((range (make-char-set (if (= lower upper)
                                       '#()
                                       (vector lower upper))))
             (set (intersection range (make-char-set all))))
        (if (and (option 0 options #f)
                 (not (equal? (boundaries set) (boundaries range))))
            (error "ucs-range->char-set: code points that are no characters"
                   lower upper))
        (with-base "ucs-range->char-set" 4 (options-after 1 options) set)))

    (define (->char-set x)
      "The set of a string's characters, of a character, or the set itself."
      (cond ((char-set? x) x)
            ((string? x) (string->char-set x))
            ((char? x) (char-set x))
            (else
             (wrong-type "->char-set" "a char-set, string or character" 1 x))))

    ;; Querying

    (define (char-set->list set)
      "The members as a list."
      (check-set "char-set->list" 1 set)
      (reverse (char-set-fold cons '() set)))

    (define (char-set->string set)
      "The members as a string."
      (check-set "char-set->string" 1 set)
      (list->string (char-set->list set)))

    (define (char-set-size set)
      "How many members there are."
      (check-set "char-set-size" 1 set)
      (fold-runs (lambda (first end size) (+ size (- end first))) 0 set))

    (define (char-set-count fits? set)
      "How many members fit."
      (check-callable "char-set-count" 1 fits?)
      (check-set "char-set-count" 2 set)
      (char-set-fold (lambda (char count) (if (fits? char) (+ count 1) count))
                     0 set))

    (define (char-set-every fits? set)
      "The last value of (fits? CHAR) if all are true, else #f."
      (check-callable "char-set-every" 1 fits?)
      (check-set "char-set-every" 2 set)
      (let loop ((cursor (first-from set 0)) (value #t))
        (if (and cursor value)
            (loop (first-from set (+ cursor 1)) (fits? (integer->char cursor)))
            value)))

    (define (char-set-any fits? set)
      "The first true value of (fits? CHAR), or #f."
      (check-callable "char-set-any" 1 fits?)
      (check-set "char-set-any" 2 set)
      (let loop ((cursor (first-from set 0)))
        (and cursor
             (or (fits? (integer->char cursor))
                 (loop (first-from set (+ cursor 1)))))))

    ;; Algebra

    (define (char-set-adjoin set . chars)
      "The set with the characters."
      (check-set "char-set-adjoin" 1 set)
      (check-all "char-set-adjoin" "a character" 2 char? chars)
      (union set (of-chars chars)))

    (define (char-set-delete set . chars)
      "The set without the characters."
      (check-set "char-set-delete" 1 set)
      (check-all "char-set-delete" "a character" 2 char? chars)
      (difference set (of-chars chars)))

    (define (char-set-complement set)
      "The set of all other characters."
      (check-set "char-set-complement" 1 set)
      (difference char-set:full set))

    (define (char-set-union . sets)
      "The set of what is in any of the sets."
      (check-sets "char-set-union" 1 sets)
      (fold union char-set:empty sets))

    (define (char-set-intersection . sets)
      "The set of what is in all of the sets."
      (check-sets "char-set-intersection" 1 sets)
      (fold intersection char-set:full sets))

    (define (char-set-difference set . others)
      "The set of what is in the first only."
      (check-set "char-set-difference" 1 set)
      (check-sets "char-set-difference" 2 others)
      (difference set (fold union char-set:empty others)))

    (define (char-set-xor . sets)
      "The set of what is in an odd number of the sets."
      (check-sets "char-set-xor" 1 sets)
      (fold xor char-set:empty sets))

    (define (char-set-diff+intersection set . others)
      "The members that are in none of the others, and those that are in one."
      (check-set "char-set-diff+intersection" 1 set)
      (check-sets "char-set-diff+intersection" 2 others)
      (let ((others (fold union char-set:empty others)))
        (values (difference set others) (intersection set others))))

    ;; Standard sets

    (define char-set:empty (make-char-set '#()))
    (define char-set:full (make-char-set all))
    (define char-set:ascii (make-char-set '#(0 128)))
    (define char-set:iso-control (make-char-set '#(0 32 127 160)))
    (define char-set:hex-digit (make-char-set '#(48 58 65 71 97 103)))
    (define char-set:lower-case (make-char-set lower-case))
    (define char-set:upper-case (make-char-set upper-case))
    (define char-set:title-case (make-char-set title-case))
    (define char-set:letter (make-char-set letter))
    (define char-set:digit (make-char-set digit))
    (define char-set:punctuation (make-char-set punctuation))
    (define char-set:symbol (make-char-set symbol))
    (define char-set:whitespace
      (union (make-char-set separator) (make-char-set '#(9 14))))
    (define char-set:blank
      (union (make-char-set space-separator) (make-char-set '#(9 10))))
    (define char-set:letter+digit (union char-set:letter char-set:digit))
    (define char-set:graphic
      (union char-set:letter+digit
             (union char-set:punctuation char-set:symbol)))
    (define char-set:printing (union char-set:graphic char-set:whitespace))))
