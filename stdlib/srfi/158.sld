;;; SRFI 158: generators, procedures that return one value after the other and
;;; then the end of file object, and accumulators, which take them.
(define-library (srfi 158)
  (export
   ;; Generators
   generator circular-generator make-iota-generator make-range-generator
   make-coroutine-generator list->generator vector->generator
   reverse-vector->generator string->generator bytevector->generator
   make-for-each-generator make-unfold-generator
   ;; Operations
   gcons* gappend gflatten ggroup gmerge gmap gcombine gfilter gremove
   gstate-filter gtake gdrop gtake-while gdrop-while gdelete
   gdelete-neighbor-dups gindex gselect
   ;; Consumers
   generator->list generator->reverse-list generator->vector
   generator->vector! generator->string generator-fold generator-for-each
   generator-map->list generator-find generator-count generator-any
   generator-every generator-unfold
   ;; Accumulators
   make-accumulator count-accumulator list-accumulator
   reverse-list-accumulator vector-accumulator reverse-vector-accumulator
   vector-accumulator! string-accumulator bytevector-accumulator
   bytevector-accumulator! sum-accumulator product-accumulator)
  (import (plc core) (plc primitives) (plc arguments) (plc list)
          (only (plc vector) reverse-list->vector))
  (begin
    (define end (eof-object))
    (define-syntax end?
      (syntax-rules () ((_ value) (eq? value end))))

    ;; True, once a generator of several is at its end; the values otherwise.
    (define (values-of generators)
      (let loop ((generators generators) (values '()))
        (if (null? generators)
            (reverse values)
            (let ((value ((car generators))))
              (and (not (end? value))
                   (loop (cdr generators) (cons value values)))))))

    ;;; Constructors

    (define (generator . values)
      "A generator of the arguments."
      (list->generator values))

    (define (list->generator list)
      "A generator of the elements of a list."
      (let ((rest list))
        (lambda ()
          (if (ended? "list->generator" 1 rest)
              end
              (let ((value (car rest)))
                (set! rest (cdr rest))
                value)))))

    (define (circular-generator first . more)
      "A generator of the arguments, again and again."
      (let* ((all (cons first more)) (rest all))
        (lambda ()
          (if (null? rest) (set! rest all))
          (let ((value (car rest)))
            (set! rest (cdr rest))
            value))))

    (define (make-iota-generator count :up-to 2 options)
      "A generator of count numbers from start (0) in steps of step (1)."
      (check-count "make-iota-generator" 1 count)
      (let* ((step (option 1 options 1))
             (next (if (inexact? step)
                       (inexact (option 0 options 0))
                       (option 0 options 0)))
             (left count))
        (lambda ()
          (if (= left 0)
              end
              (let ((value next))
                (set! left (- left 1))
                (set! next (+ value step))
                value)))))

    (define (make-range-generator start :up-to 2 options)
      "A generator of the numbers from start to before an end, in steps of
       step (1)."
      (let* ((step (option 1 options 1))
             (bound (option 0 options #f))
             (next (if (inexact? step) (inexact start) (+ start 0))))
        (lambda ()
          (if (and bound (not (< next bound)))
              end
              (let ((value next))
                (set! next (+ value step))
                value)))))

    (define (make-coroutine-generator f)
      "A generator of what f gives to its argument, a procedure; f goes on when
       the next value is asked for."
      (define return #f)
      (define (yield value)
        (call-with-current-continuation
         (lambda (go-on)
           (set! resume go-on)
           (return value))))
      (define resume
        (lambda (ignored)
          (f yield)
          (set! resume (lambda (ignored) (return end)))
          (return end)))
      (lambda ()
        (call-with-current-continuation
         (lambda (k)
           (set! return k)
           (resume #f)))))

    (define (make-for-each-generator for-each collection)
      "A generator of what for-each finds in a collection."
      (make-coroutine-generator
       (lambda (yield) (for-each yield collection))))

    (define-syntax define-indexed
      (syntax-rules ()
        ((_ (name who is? kind size ref) ...)
         (begin
           (define (name object :up-to 2 range)
             "A generator of the elements from start to before end."
             (check-type is? who kind 1 object)
             (with-range (who (size object) range start stop)
               (let ((i start))
                 (lambda ()
                   (if (= i stop)
                       end
                       (let ((value (ref object i)))
                         (set! i (+ i 1))
                         value))))))
           ...))))

    (define-indexed
      (vector->generator "vector->generator" vector? "a vector" vector-length
                         vector-ref)
      (string->generator "string->generator" string? "a string" string-length
                         string-ref)
      (bytevector->generator "bytevector->generator" bytevector?
                             "a bytevector" bytevector-length
                             bytevector-u8-ref))

    (define (reverse-vector->generator vector :up-to 2 range)
      "A generator of the elements from the one before end to start."
      (check-type vector? "reverse-vector->generator" "a vector" 1 vector)
      (with-range ("reverse-vector->generator" (vector-length vector) range
                   start stop)
        (let ((i stop))
          (lambda ()
            (if (= i start)
                end
                (begin (set! i (- i 1))
                       (vector-ref vector i)))))))

    (define (make-unfold-generator stop? f next seed)
      "A generator of (f seed), (f (next seed)) and so on until stop? is true
       of a seed."
      (let ((seed seed))
        (lambda ()
          (if (stop? seed)
              end
              (let ((value (f seed)))
                (set! seed (next seed))
                value)))))

    ;;; Operations

    (define (gcons* . items)
      "A generator of the items and of what the last argument generates."
      (let ((rest items))
        (lambda ()
          (if (null? (cdr rest))
              ((car rest))
              (let ((value (car rest)))
                (set! rest (cdr rest))
                value)))))

    (define (gappend . generators)
      "A generator of the values of one generator after the other."
      (let ((rest generators))
        (lambda ()
          (let loop ()
            (if (null? rest)
                end
                (let ((value ((car rest))))
                  (if (end? value)
                      (begin (set! rest (cdr rest))
                             (loop))
                      value)))))))

    (define (gflatten source)
      "A generator of the elements of the lists that are generated."
      (let ((list '()))
        (lambda ()
          (let loop ()
            (cond ((eof-object? list) end)
                  ((pair? list)
                   (let ((value (car list)))
                     (set! list (cdr list))
                     value))
                  (else
                   (set! list (source))
                   (loop)))))))

    (define (ggroup source k :up-to 1 padding)
      "A generator of lists of k values; the last is shorter, or padded."
      (check-count "ggroup" 2 k)
      (lambda ()
        (let loop ((i 0) (group '()))
          (if (= i k)
              (reverse group)
              (let ((value (source)))
                (cond ((not (end? value)) (loop (+ i 1) (cons value group)))
                      ((null? group) end)
                      ((pair? padding)
                       (append-reverse group
                                       (make-list (- k i) (car padding))))
                      (else (reverse group))))))))

    (define (gmerge less? first . more)
      "A generator of the values of sorted generators in order."
      (if (null? more)
          first
          (gmerge2 less? first (apply gmerge less? more))))

    (define (gmerge2 less? a b)
      ;; The values that come next; unread until they are asked for.
      (let* ((unread (list 'unread)) (x unread) (y unread))
        (lambda ()
          (if (eq? x unread) (set! x (a)))
          (if (eq? y unread) (set! y (b)))
          (if (and (not (end? y))
                   (or (end? x) (less? y x)))
              (let ((value y))
                (set! y unread)
                value)
              (let ((value x))
                (if (not (end? x)) (set! x unread))
                value)))))

    (define (gmap f source . more)
      "A generator of the values of f."
      (if (null? more)
          (lambda ()
            (let ((value (source)))
              (if (end? value) end (f value))))
          (let ((sources (cons source more)))
            (lambda ()
              (let ((values (values-of sources)))
                (if values (apply f values) end))))))

    (define (gcombine f seed source . more)
      "A generator of the first values of f, which gets the values and a state
       and returns the next state second."
      (let ((sources (cons source more)) (state seed))
        (lambda ()
          (let ((items (values-of sources)))
            (if items
                (call-with-values
                 (lambda () (apply f (append items (list state))))
                 (lambda (value next)
                   (set! state next)
                   value))
                end)))))

    (define (gfilter keep? source)
      "A generator of the values for which keep? is true."
      (lambda ()
        (let loop ()
          (let ((value (source)))
            (if (or (end? value) (keep? value))
                value
                (loop))))))

    (define (gremove drop? source)
      "A generator of the values for which drop? is false."
      (lambda ()
        (let loop ()
          (let ((value (source)))
            (if (or (end? value) (not (drop? value)))
                value
                (loop))))))

    (define (gstate-filter f seed source)
      "A generator of the values for which f, which gets a value and a state,
       returns true; the second value is the next state."
      (let ((state seed))
        (lambda ()
          (let loop ()
            (let ((value (source)))
              (if (end? value)
                  end
                  (call-with-values
                   (lambda () (f value state))
                   (lambda (keep? next)
                     (set! state next)
                     (if keep? value (loop))))))))))

    (define (gtake source k :up-to 1 padding)
      "A generator of the first k values; padded, if there is a padding."
      (check-count "gtake" 2 k)
      (let ((left k) (ended? #f))
        (lambda ()
          (if (= left 0)
              end
              (let ((value (if ended? end (source))))
                (set! left (- left 1))
                (cond ((not (end? value)) value)
                      ((pair? padding)
                       (set! ended? #t)
                       (car padding))
                      (else
                       (set! left 0)
                       end)))))))

    (define (gdrop source k)
      "A generator of all but the first k values."
      (check-count "gdrop" 2 k)
      (let ((left k))
        (lambda ()
          (let loop ()
            (if (= left 0)
                (source)
                (begin
                  (set! left (- left 1))
                  (if (end? (source))
                      (begin (set! left 0)
                             end)
                      (loop))))))))

    (define (gtake-while keep? source)
      "A generator of the values before the first for which keep? is false."
      (let ((on? #t))
        (lambda ()
          (if on?
              (let ((value (source)))
                (if (and (not (end? value)) (keep? value))
                    value
                    (begin (set! on? #f)
                           end)))
              end))))

    (define (gdrop-while drop? source)
      "A generator of the values from the first on for which drop? is false."
      (let ((on? #f))
        (lambda ()
          (if on?
              (source)
              (let loop ()
                (let ((value (source)))
                  (if (and (not (end? value)) (drop? value))
                      (loop)
                      (begin (set! on? #t)
                             value))))))))

    (define (gdelete item source :up-to 1 compare)
      "A generator of the values that do not equal an item."
      (let ((same? (option 0 compare equal?)))
        (gremove (lambda (value) (same? item value)) source)))

    (define (gdelete-neighbor-dups source :up-to 1 compare)
      "A generator of the values that do not equal the one before them."
      (let ((same? (option 0 compare equal?)) (first? #t) (last #f))
        (gfilter (lambda (value)
                   (let ((new? (or first? (not (same? last value)))))
                     (if new? (set! last value))
                     (set! first? #f)
                     new?))
                 source)))

    (define (gindex source indices)
      "A generator of the values at the indices, which must increase."
      (let ((at 0))
        (lambda ()
          (let ((index (indices)))
            (if (end? index)
                end
                (begin
                  (if (not (and (fixnum? index) (>= index at)))
                      (wrong-type "gindex" "increasing indices" 2 index))
                  (let loop ()
                    (let ((value (source)))
                      (if (end? value)
                          end
                          (let ((here? (= at index)))
                            (set! at (+ at 1))
                            (if here? value (loop))))))))))))

    (define (gselect source truths)
      "A generator of the values whose truth value is true."
      (lambda ()
        (let loop ()
          (let ((value (source)) (truth (truths)))
            (cond ((or (end? value) (end? truth)) end)
                  (truth value)
                  (else (loop)))))))

    ;;; Consumers

    ;; A number of values that is at most that of an option.
    (define (limited who source options)
      (if (null? options)
          source
          (begin
            (check-count who 2 (car options))
            (gtake source (car options)))))

    (define (reversed source)
      (let loop ((list '()))
        (let ((value (source)))
          (if (end? value)
              list
              (loop (cons value list))))))

    (define (generator->list source :up-to 1 k)
      "The list of the values, or of the first k."
      (reverse (reversed (limited "generator->list" source k))))

    (define (generator->reverse-list source :up-to 1 k)
      "The list of the values, or of the first k, in reverse order."
      (reversed (limited "generator->reverse-list" source k)))

    (define (generator->vector source :up-to 1 k)
      "The vector of the values, or of the first k."
      (let ((list (reversed (limited "generator->vector" source k))))
        (reverse-list->vector list (length list))))

    (define (generator->vector! vector at source)
      "Puts values into a vector from an index on; the number of them."
      (check-type vector? "generator->vector!" "a vector" 1 vector)
      (check-index "generator->vector!" 2 at (+ (vector-length vector) 1))
      (let ((n (vector-length vector)))
        (let loop ((i at))
          (if (= i n)
              (- i at)
              (let ((value (source)))
                (if (end? value)
                    (- i at)
                    (begin (vector-set! vector i value)
                           (loop (+ i 1)))))))))

    (define (generator->string source :up-to 1 k)
      "The string of the characters, or of the first k."
      (let ((chars (reversed (limited "generator->string" source k))))
        (for-each (lambda (char)
                    (check-type char? "generator->string"
                                "a generator of characters" 1 char))
                  chars)
        (list->string (reverse chars))))

    (define (generator-fold f seed source . more)
      "(f value ... accumulated), from the first value on."
      (if (null? more)
          (let loop ((accumulated seed))
            (let ((value (source)))
              (if (end? value)
                  accumulated
                  (loop (f value accumulated)))))
          (let ((sources (cons source more)))
            (let loop ((accumulated seed))
              (let ((items (values-of sources)))
                (if items
                    (loop (apply f (append items (list accumulated))))
                    accumulated))))))

    (define (generator-for-each f source . more)
      "Calls f with the values."
      (let ((next (apply gmap (lambda values (apply f values) #t)
                         source more)))
        (let loop ()
          (if (not (end? (next)))
              (loop)))))

    (define (generator-map->list f source . more)
      "The list of the values of f."
      (let loop ((list '()))
        (let ((items (values-of (cons source more))))
          (if items
              (loop (cons (apply f items) list))
              (reverse list)))))

    (define (generator-find found? source)
      "The first value that fits, or #f."
      (let ((value ((gfilter found? source))))
        (if (end? value) #f value)))

    (define (generator-count test source)
      "How many values fit."
      (generator-fold (lambda (value n) (if (test value) (+ n 1) n)) 0 source))

    (define (generator-any test source)
      "The first true value of test, or #f."
      (let loop ()
        (let ((value (source)))
          (if (end? value)
              #f
              (or (test value) (loop))))))

    (define (generator-every test source)
      "The last value of test if all are true, else #f."
      (let loop ((last #t))
        (let ((value (source)))
          (if (end? value)
              last
              (let ((result (test value)))
                (and result (loop result)))))))

    (define (generator-unfold source unfold . arguments)
      "What a procedure like unfold makes of the values."
      (apply unfold eof-object? (lambda (x) x) (lambda (x) (source)) (source)
             arguments))

    ;;; Accumulators

    (define (make-accumulator f seed finish)
      "An accumulator whose state is (f value state) and whose result is
       (finish state)."
      (let ((state seed))
        (lambda (value)
          (if (eof-object? value)
              (finish state)
              (set! state (f value state))))))

    (define (count-accumulator)
      "An accumulator of the number of values."
      (make-accumulator (lambda (value n) (+ n 1)) 0 (lambda (n) n)))
    (define (list-accumulator)
      "An accumulator of the list of values."
      (make-accumulator cons '() reverse))
    (define (reverse-list-accumulator)
      "An accumulator of the list of values in reverse order."
      (make-accumulator cons '() (lambda (list) list)))
    (define (vector-accumulator)
      "An accumulator of the vector of values."
      (make-accumulator cons '()
                        (lambda (list)
                          (reverse-list->vector list (length list)))))
    (define (reverse-vector-accumulator)
      "An accumulator of the vector of values in reverse order."
      (make-accumulator cons '() list->vector))
    (define (string-accumulator)
      "An accumulator of the string of characters."
      (make-accumulator
       (lambda (char chars)
         (check-type char? "string-accumulator" "a character" 1 char)
         (cons char chars))
       '()
       (lambda (chars) (list->string (reverse chars)))))
    (define (bytevector-accumulator)
      "An accumulator of the bytevector of bytes."
      (make-accumulator
       (lambda (byte bytes)
         (check-byte "bytevector-accumulator" byte)
         (cons byte bytes))
       '()
       (lambda (bytes) (apply bytevector (reverse bytes)))))
    (define (sum-accumulator)
      "An accumulator of the sum of numbers."
      (make-accumulator + 0 (lambda (sum) sum)))
    (define (product-accumulator)
      "An accumulator of the product of numbers."
      (make-accumulator * 1 (lambda (product) product)))

    (define (check-byte who byte)
      (if (not (and (fixnum? byte) (<= 0 byte 255)))
          (wrong-type who "a byte" 1 byte)))

    (define (vector-accumulator! vector at)
      "An accumulator that puts values into a vector from an index on."
      (check-type vector? "vector-accumulator!" "a vector" 1 vector)
      (check-index "vector-accumulator!" 2 at (+ (vector-length vector) 1))
      (let ((i at))
        (lambda (value)
          (if (eof-object? value)
              vector
              (begin
                (check-index "vector-accumulator!" 2 i (vector-length vector))
                (vector-set! vector i value)
                (set! i (+ i 1)))))))

    (define (bytevector-accumulator! bytes at)
      "An accumulator that puts bytes into a bytevector from an index on."
      (check-type bytevector? "bytevector-accumulator!" "a bytevector" 1 bytes)
      (check-index "bytevector-accumulator!" 2 at
                   (+ (bytevector-length bytes) 1))
      (let ((i at))
        (lambda (byte)
          (if (eof-object? byte)
              bytes
              (begin
                (check-byte "bytevector-accumulator!" byte)
                (check-index "bytevector-accumulator!" 2 i
                             (bytevector-length bytes))
                (bytevector-u8-set! bytes i byte)
                (set! i (+ i 1)))))))))
