;;; SRFI 151: bitwise operations on exact integers of any size, which stand
;;; for endless strings of bits in two's complement.
(define-library (srfi 151)
  (export
   bitwise-not bitwise-and bitwise-ior bitwise-xor bitwise-eqv bitwise-nand
   bitwise-nor bitwise-andc1 bitwise-andc2 bitwise-orc1 bitwise-orc2
   arithmetic-shift bit-count integer-length bitwise-if bit-set? copy-bit
   bit-swap any-bit-set? every-bit-set? first-set-bit bit-field bit-field-any?
   bit-field-every? bit-field-clear bit-field-set bit-field-replace
   bit-field-replace-same bit-field-rotate bit-field-reverse bits->list
   list->bits bits->vector vector->bits bits bitwise-fold bitwise-for-each
   bitwise-unfold make-bitwise-generator)
  (import (plc core) (plc primitives) (plc arguments) (plc list))
  (begin
    (define (check-integer who position i)
      (if (not (or (fixnum? i) (exact-integer? i)))
          (wrong-type who "an exact integer" position i)))

    (define-syntax define-binary
      (syntax-rules ()
        ((_ (name who text i j value) ...)
         (begin
           (define (name i j)
             text
             (check-integer who 1 i)
             (check-integer who 2 j)
             value)
           ...))))

    (define-binary
      (bitwise-nand "bitwise-nand" "The complement of bitwise-and." i j
        (bitwise-not (bitwise-and i j)))
      (bitwise-nor "bitwise-nor" "The complement of bitwise-ior." i j
        (bitwise-not (bitwise-ior i j)))
      (bitwise-andc1 "bitwise-andc1" "And of the complement of the first." i j
        (bitwise-and (bitwise-not i) j))
      (bitwise-andc2 "bitwise-andc2" "And of the complement of the second." i j
        (bitwise-and i (bitwise-not j)))
      (bitwise-orc1 "bitwise-orc1" "Or of the complement of the first." i j
        (bitwise-ior (bitwise-not i) j))
      (bitwise-orc2 "bitwise-orc2" "Or of the complement of the second." i j
        (bitwise-ior i (bitwise-not j)))
      (any-bit-set? "any-bit-set?"
        "True if a bit of the first is set in the second." test i
        (not (eqv? 0 (bitwise-and test i))))
      (every-bit-set? "every-bit-set?"
        "True if all bits of the first are set in the second." test i
        (= test (bitwise-and test i))))

    (define (bitwise-eqv . integers)
      "Bitwise equality, from the first to the last; -1 for none."
      (fold (lambda (i result)
              (check-integer "bitwise-eqv" 1 i)
              (bitwise-not (bitwise-xor i result)))
            -1 integers))

    (define (bitwise-if mask i j)
      "The bits of i where mask has ones, and those of j where it has zeros."
      (check-integer "bitwise-if" 1 mask)
      (check-integer "bitwise-if" 2 i)
      (check-integer "bitwise-if" 3 j)
      (choose mask i j))

    (define (choose mask i j)
      (bitwise-ior (bitwise-and mask i) (bitwise-and (bitwise-not mask) j)))

    ;;; Single bits

    (define (bit index) (arithmetic-shift 1 index))

    (define (bit-set? index i)
      "True if the bit of that index is 1."
      (check-count "bit-set?" 1 index)
      (check-integer "bit-set?" 2 i)
      (set-at? index i))

    (define (set-at? index i) (eq? (%bit-field i index 1) 1))

    (define (copy-bit index i one?)
      "i with 1 or 0 as the bit of that index."
      (check-count "copy-bit" 1 index)
      (check-integer "copy-bit" 2 i)
      (if one?
          (bitwise-ior i (bit index))
          (bitwise-and i (bitwise-not (bit index)))))

    (define (bit-swap index1 index2 i)
      "i with two bits exchanged."
      (check-count "bit-swap" 1 index1)
      (check-count "bit-swap" 2 index2)
      (check-integer "bit-swap" 3 i)
      (if (eq? (set-at? index1 i) (set-at? index2 i))
          i
          (bitwise-xor i (bitwise-xor (bit index1) (bit index2)))))

    (define (first-set-bit i)
      "The index of the lowest 1, or -1."
      (check-integer "first-set-bit" 1 i)
      (- (integer-length (bitwise-and i (- i))) 1))

    ;;; Fields, from bit start to before bit end

    (define (ones n) (- (arithmetic-shift 1 n) 1))
    (define (field-mask start end)
      (arithmetic-shift (ones (- end start)) start))

    (define (check-field who i position start end)
      (check-integer who 1 i)
      (check-count who position start)
      (check-count who (+ position 1) end)
      (if (> start end)
          (bad-index who start end)))

    (define (field i start end)
      (%bit-field i start (- end start)))

    (define (bit-field i start end)
      "The bits from start to before end."
      (check-field "bit-field" i 2 start end)
      (field i start end))

    (define (bit-field-any? i start end)
      "True if a bit from start to before end is 1."
      (check-field "bit-field-any?" i 2 start end)
      (not (eqv? 0 (field i start end))))

    (define (bit-field-every? i start end)
      "True if all bits from start to before end are 1."
      (check-field "bit-field-every?" i 2 start end)
      (= (field i start end) (ones (- end start))))

    (define (bit-field-clear i start end)
      "i with 0 as the bits from start to before end."
      (check-field "bit-field-clear" i 2 start end)
      (bitwise-and i (bitwise-not (field-mask start end))))

    (define (bit-field-set i start end)
      "i with 1 as the bits from start to before end."
      (check-field "bit-field-set" i 2 start end)
      (bitwise-ior i (field-mask start end)))

    (define (put to value start end)
      (choose (field-mask start end) (arithmetic-shift value start) to))

    (define (bit-field-replace to from start end)
      "`to` with the lowest bits of `from` as the bits from start to before
       end."
      (check-field "bit-field-replace" to 3 start end)
      (check-integer "bit-field-replace" 2 from)
      (put to from start end))

    (define (bit-field-replace-same to from start end)
      "`to` with the bits from start to before end of `from`."
      (check-field "bit-field-replace-same" to 3 start end)
      (check-integer "bit-field-replace-same" 2 from)
      (choose (field-mask start end) from to))

    (define (bit-field-rotate i count start end)
      "i with the bits from start to before end rotated to the left."
      (check-field "bit-field-rotate" i 3 start end)
      (check-integer "bit-field-rotate" 2 count)
      (let ((n (- end start)))
        (if (= n 0)
            i
            (let ((k (modulo count n)) (bits (field i start end)))
              (put i
                   (bitwise-ior (arithmetic-shift bits k)
                                (arithmetic-shift bits (- k n)))
                   start end)))))

    (define (bit-field-reverse i start end)
      "i with the bits from start to before end in reverse order."
      (check-field "bit-field-reverse" i 2 start end)
      (put i
           (list->integer
            (fold-bits cons '() (field i start end) (- end start)))
           start end))

    ;;; Sequences of bits, by chunks that are fixnums.

    (define chunk-size 48)

    ;; (f bit accumulated) for the n lowest bits, from the lowest on.
    (define (fold-bits f initial i n)
      (let next ((start 0) (accumulated initial))
        (if (>= start n)
            accumulated
            (let loop ((chunk (%bit-field i start chunk-size))
                       (k (min (- n start) chunk-size))
                       (accumulated accumulated))
              (if (= k 0)
                  (next (+ start chunk-size) accumulated)
                  (loop (quotient chunk 2) (- k 1)
                        (f (odd? chunk) accumulated)))))))

    (define (chunks bits)
      (let next ((bits bits) (result '()))
        (if (null? bits)
            (list->vector (reverse result))
            (let loop ((bits bits) (k 0) (weight 1) (chunk 0))
              (if (or (null? bits) (= k chunk-size))
                  (next bits (cons chunk result))
                  (loop (cdr bits) (+ k 1) (* 2 weight)
                        (if (car bits) (+ chunk weight) chunk)))))))

    (define (list->integer bits)
      (let* ((parts (chunks bits)) (n (vector-length parts)))
        (let join ((start 0) (end n))
          (cond ((= start end) 0)
                ((= (+ start 1) end) (vector-ref parts start))
                (else
                 (let ((middle (quotient (+ start end) 2)))
                   (bitwise-ior
                    (join start middle)
                    (arithmetic-shift (join middle end)
                                      (* chunk-size
                                         (- middle start))))))))))

    ;; How many bits there are to see of i: those asked for, or the length.
    (define (extent who i options)
      (check-integer who 1 i)
      (let ((n (option 0 options (integer-length i))))
        (check-count who 2 n)
        n))

    (define (bits->list i :up-to 1 n)
      "The list of the n lowest bits, the lowest first, as booleans."
      (reverse (fold-bits cons '() i (extent "bits->list" i n))))

    (define (bits->vector i :up-to 1 n)
      "The vector of the n lowest bits, the lowest first, as booleans."
      (list->vector
       (reverse (fold-bits cons '() i (extent "bits->vector" i n)))))

    (define (list->bits bits)
      "The integer whose bits, the lowest first, are the booleans of a list."
      (check-type list? "list->bits" "a list" 1 bits)
      (list->integer bits))

    (define (vector->bits bits)
      "The integer whose bits, the lowest first, are those of a vector."
      (check-type vector? "vector->bits" "a vector" 1 bits)
      (list->integer (vector->list bits)))

    (define (bits . bits)
      "The integer whose bits, the lowest first, are the arguments."
      (list->integer bits))

    (define (bitwise-fold f initial i)
      "(f bit accumulated) for the bits, from the lowest on."
      (fold-bits f initial i (extent "bitwise-fold" i '())))

    (define (bitwise-for-each f i)
      "Calls f with the bits, from the lowest on."
      (fold-bits (lambda (bit ignored) (f bit)) #f i
                 (extent "bitwise-for-each" i '())))

    (define (bitwise-unfold stop? f next seed)
      "The integer whose bits, the lowest first, are (f seed), (f (next seed))
       and so on until stop? is true of a seed."
      (let loop ((seed seed) (bits '()))
        (if (stop? seed)
            (list->integer (reverse bits))
            (loop (next seed) (cons (f seed) bits)))))

    (define (make-bitwise-generator i)
      "A procedure that returns one bit after the other, from the lowest on,
       without an end."
      (check-integer "make-bitwise-generator" 1 i)
      (let ((start 0) (chunk 0) (left 0))
        (lambda ()
          (if (= left 0)
              (begin
                (set! chunk (%bit-field i start chunk-size))
                (set! start (+ start chunk-size))
                (set! left chunk-size)))
          (let ((bit (odd? chunk)))
            (set! chunk (quotient chunk 2))
            (set! left (- left 1))
            bit))))))
