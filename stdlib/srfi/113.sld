;;; SRFI 113: sets and bags. A bag has a number of each element, a set 1; the
;;; procedures of both are made of the same parts.
(define-library (srfi 113)
  (export
   set set-unfold set? set-contains? set-empty? set-disjoint? set-member
   set-element-comparator set-adjoin set-adjoin! set-replace set-replace!
   set-delete set-delete! set-delete-all set-delete-all! set-search! set-size
   set-find set-count set-any? set-every? set-map set-for-each set-fold
   set-filter set-filter! set-remove set-remove! set-partition set-partition!
   set-copy set->list list->set list->set! set=? set<? set>? set<=? set>=?
   set-union set-union! set-intersection set-intersection! set-difference
   set-difference! set-xor set-xor! set-comparator
   bag bag-unfold bag? bag-contains? bag-empty? bag-disjoint? bag-member
   bag-element-comparator bag-adjoin bag-adjoin! bag-replace bag-replace!
   bag-delete bag-delete! bag-delete-all bag-delete-all! bag-search! bag-size
   bag-find bag-count bag-any? bag-every? bag-map bag-for-each bag-fold
   bag-filter bag-filter! bag-remove bag-remove! bag-partition bag-partition!
   bag-copy bag->list list->bag list->bag! bag=? bag<? bag>? bag<=? bag>=?
   bag-union bag-union! bag-intersection bag-intersection! bag-difference
   bag-difference! bag-xor bag-xor! bag-comparator
   bag-sum bag-sum! bag-product bag-product! bag-unique-size
   bag-element-count bag-for-each-unique bag-fold-unique bag-increment!
   bag-decrement! bag->set set->bag set->bag! bag->alist alist->bag)
  (import (scheme base) (plc arguments)
          (only (srfi 125) make-hash-table hash-table-ref/default
                hash-table-set! hash-table-delete! hash-table-fold
                hash-table-values)
          (only (srfi 128) comparator? comparator-test-type comparator-hash
                make-comparator))
  (begin
    ;; The table has for each element the cell (ELEMENT . COUNT).
    (define-record-type collection
      (make-collection table comparator bag?)
      collection?
      (table table set-table!)
      (comparator comparator)
      (bag? bag-kind?))

    (define (set? object)
      "True of a set."
      (and (collection? object) (not (bag-kind? object))))

    (define (bag? object)
      "True of a bag."
      (and (collection? object) (bag-kind? object)))

    ;; (define-both (SET-NAME "SET-NAME") (BAG-NAME "BAG-NAME") DOC
    ;;   (COLLECTION ARGUMENT ...) PART): PART is called with the name, the
    ;; collection and the others; those behind & are a list.
    (define-syntax define-both
      (syntax-rules (&)
        ((_ (set-name set-who) (bag-name bag-who) doc
            (collection & elements) part)
         (begin
           (define (set-name collection . elements)
             doc
             (check-type set? set-who "a set" 1 collection)
             (part set-who collection elements))
           (define (bag-name collection . elements)
             doc
             (check-type bag? bag-who "a bag" 1 collection)
             (part bag-who collection elements))))
        ((_ (set-name set-who) (bag-name bag-who) doc (collection x ...) part)
         (begin
           (define (set-name collection x ...)
             doc
             (check-type set? set-who "a set" 1 collection)
             (part set-who collection x ...))
           (define (bag-name collection x ...)
             doc
             (check-type bag? bag-who "a bag" 1 collection)
             (part bag-who collection x ...))))))

    ;; With a procedure first: (NAME f COLLECTION), (NAME f x COLLECTION).
    (define-syntax define-both/f
      (syntax-rules ()
        ((_ (set-name set-who) (bag-name bag-who) doc (f x ...) part)
         (begin
           (define (set-name f x ... collection)
             doc
             (check-callable set-who 1 f)
             (check-type set? set-who "a set" (+ 2 (length '(x ...)))
                         collection)
             (part collection f x ...))
           (define (bag-name f x ... collection)
             doc
             (check-callable bag-who 1 f)
             (check-type bag? bag-who "a bag" (+ 2 (length '(x ...)))
                         collection)
             (part collection f x ...))))))

    ;; Of one or more collections with the same comparator.
    (define-syntax define-both/all
      (syntax-rules ()
        ((_ (set-name set-who) (bag-name bag-who) doc part)
         (begin
           (define (set-name first . rest)
             doc
             (check-same set-who set? "a set" first rest)
             (part first rest))
           (define (bag-name first . rest)
             doc
             (check-same bag-who bag? "a bag" first rest)
             (part first rest))))))

    (define (check-same who kind? expected first rest)
      (check-all who expected 1 kind? (cons first rest))
      (for-each (lambda (other)
                  (if (not (eq? (comparator first) (comparator other)))
                      (error (string-append who ": different comparators")
                             first other)))
                rest))

    (define (check-element who collection element)
      (if (not (comparator-test-type (comparator collection) element))
          (error (string-append who ": the comparator is not for this element")
                 element)))

    ;; Parts

    (define (fresh who comparator bag?)
      (check-type comparator? who "a comparator" 1 comparator)
      (make-collection (make-hash-table comparator) comparator bag?))

    (define (fresh-as collection)
      (make-collection (make-hash-table (comparator collection))
                       (comparator collection) (bag-kind? collection)))

    (define (cell-of collection element)
      (hash-table-ref/default (table collection) element #f))

    (define (count-of collection element)
      (let ((cell (cell-of collection element)))
        (if cell (cdr cell) 0)))

    ;; A set has at most 1, and none of what there are less than 1 of.
    (define (set-count-of! collection element count)
      (let ((cell (cell-of collection element))
            (count (if (bag-kind? collection) count (min count 1))))
        (cond ((<= count 0) (hash-table-delete! (table collection) element))
              (cell (set-cdr! cell count))
              (else (hash-table-set! (table collection) element
                                     (cons element count))))))

    (define (add! collection element count)
      (set-count-of! collection element (+ (count-of collection element) count)))

    ;; (f ELEMENT COUNT SEED)
    (define (fold-cells f seed collection)
      (hash-table-fold (lambda (key cell seed) (f (car cell) (cdr cell) seed))
                       seed (table collection)))

    (define (copy collection)
      (let ((new (fresh-as collection)))
        (fold-cells (lambda (element count seed)
                      (set-count-of! new element count))
                    #f collection)
        new))

    ;; Once for each of them, in a bag.
    (define (fold-all collection f seed)
      (fold-cells (lambda (element count seed)
                    (let loop ((n count) (seed seed))
                      (if (= n 0) seed (loop (- n 1) (f element seed)))))
                  seed collection))

    (define (selected collection keeps?)
      (let ((new (fresh-as collection)))
        (fold-cells (lambda (element count seed)
                      (if (keeps? element) (set-count-of! new element count)))
                    #f collection)
        new))

    ;; In place, by what a part would make new.
    (define (become! collection new)
      (set-table! collection (table new))
      collection)

    ;; Constructors

    (define (filled who comparator elements bag?)
      (let ((new (fresh who comparator bag?)))
        (adjoin! who new elements)))

    (define (set comparator . elements)
      "The set of the elements."
      (filled "set" comparator elements #f))

    (define (bag comparator . elements)
      "The bag of the elements."
      (filled "bag" comparator elements #t))

    (define (unfold who comparator stop? element-of next seed bag?)
      (check-callable who 2 stop?)
      (check-callable who 3 element-of)
      (check-callable who 4 next)
      (let ((new (fresh who comparator bag?)))
        (let loop ((seed seed))
          (if (stop? seed)
              new
              (begin
                (adjoin! who new (list (element-of seed)))
                (loop (next seed)))))))

    (define (set-unfold comparator stop? element-of next seed)
      "The set of (element-of SEED) until (stop? SEED)."
      (unfold "set-unfold" comparator stop? element-of next seed #f))

    (define (bag-unfold comparator stop? element-of next seed)
      "The bag of (element-of SEED) until (stop? SEED)."
      (unfold "bag-unfold" comparator stop? element-of next seed #t))

    ;; Predicates and accessors

    (define-both (set-contains? "set-contains?") (bag-contains? "bag-contains?")
      "True if the element is in it." (collection element)
      (lambda (who collection element)
        (and (cell-of collection element) #t)))

    (define-both (set-empty? "set-empty?") (bag-empty? "bag-empty?")
      "True if there are no elements." (collection)
      (lambda (who collection)
        (null? (hash-table-values (table collection)))))

    (define-both (set-disjoint? "set-disjoint?") (bag-disjoint? "bag-disjoint?")
      "True if two have no element in common." (collection other)
      (lambda (who collection other)
        (check-same who (if (bag-kind? collection) bag? set?)
                    (if (bag-kind? collection) "a bag" "a set")
                    collection (list other))
        (fold-cells (lambda (element count disjoint?)
                      (and disjoint? (not (cell-of other element))))
                    #t collection)))

    (define-both (set-member "set-member") (bag-member "bag-member")
      "The element in it that is the same as one, or the default."
      (collection element default)
      (lambda (who collection element default)
        (let ((cell (cell-of collection element)))
          (if cell (car cell) default))))

    (define-both (set-element-comparator "set-element-comparator")
      (bag-element-comparator "bag-element-comparator")
      "The comparator of the elements." (collection)
      (lambda (who collection) (comparator collection)))

    ;; Updaters

    (define (adjoin! who collection elements)
      (for-each (lambda (element)
                  (check-element who collection element)
                  (add! collection element 1))
                elements)
      collection)

    (define (adjoin who collection elements)
      (adjoin! who (copy collection) elements))

    (define-both (set-adjoin! "set-adjoin!") (bag-adjoin! "bag-adjoin!")
      "Adds elements." (collection & elements) adjoin!)
    (define-both (set-adjoin "set-adjoin") (bag-adjoin "bag-adjoin")
      "A new one with more elements." (collection & elements) adjoin)

    (define (replace! who collection element)
      (let ((cell (cell-of collection element)))
        (if cell
            (let ((count (cdr cell)))
              (hash-table-delete! (table collection) element)
              (set-count-of! collection element count)))
        collection))

    (define-both (set-replace! "set-replace!") (bag-replace! "bag-replace!")
      "Puts the element in the place of the same one, if there is one."
      (collection element) replace!)
    (define-both (set-replace "set-replace") (bag-replace "bag-replace")
      "A new one with the element in the place of the same one."
      (collection element)
      (lambda (who collection element)
        (replace! who (copy collection) element)))

    (define (delete! who collection elements)
      (for-each (lambda (element) (add! collection element -1)) elements)
      collection)

    (define-both (set-delete! "set-delete!") (bag-delete! "bag-delete!")
      "Removes elements; from a bag, one of each."
      (collection & elements) delete!)
    (define-both (set-delete "set-delete") (bag-delete "bag-delete")
      "A new one without elements; from a bag, without one of each."
      (collection & elements)
      (lambda (who collection elements)
        (delete! who (copy collection) elements)))

    (define-both (set-delete-all! "set-delete-all!")
      (bag-delete-all! "bag-delete-all!")
      "Removes the elements of a list; from a bag, one of each."
      (collection elements) delete!)
    (define-both (set-delete-all "set-delete-all")
      (bag-delete-all "bag-delete-all")
      "A new one without the elements of a list; from a bag, without one of each."
      (collection elements)
      (lambda (who collection elements)
        (delete! who (copy collection) elements)))

    (define-both (set-search! "set-search!") (bag-search! "bag-search!")
      "Calls (failure INSERT IGNORE) or (success ELEMENT UPDATE REMOVE), whose last
       act is to call one of these: they give the collection and a value."
      (collection element failure success)
      (lambda (who collection element failure success)
        (check-callable who 3 failure)
        (check-callable who 4 success)
        (let ((cell (cell-of collection element)))
          (if cell
              (success (car cell)
                       (lambda (new value)
                         (add! collection (car cell) -1)
                         (add! collection new 1)
                         (values collection value))
                       (lambda (value)
                         (add! collection (car cell) -1)
                         (values collection value)))
              (failure (lambda (value)
                         (add! collection element 1)
                         (values collection value))
                       (lambda (value) (values collection value)))))))

    ;; The whole

    (define (size who collection)
      (fold-cells (lambda (element count size) (+ size count)) 0 collection))

    (define-both (set-size "set-size") (bag-size "bag-size")
      "How many elements there are." (collection) size)

    (define (find who f collection failure)
      (check-callable who 1 f)
      (check-callable who 3 failure)
      (let loop ((cells (hash-table-values (table collection))))
        (cond ((null? cells) (failure))
              ((f (car (car cells))) (car (car cells)))
              (else (loop (cdr cells))))))

    (define (set-find fits? set failure)
      "An element that fits, or the value of (failure)."
      (check-type set? "set-find" "a set" 2 set)
      (find "set-find" fits? set failure))

    (define (bag-find fits? bag failure)
      "An element that fits, or the value of (failure)."
      (check-type bag? "bag-find" "a bag" 2 bag)
      (find "bag-find" fits? bag failure))

    (define-both/f (set-count "set-count") (bag-count "bag-count")
      "How many elements fit." (fits?)
      (lambda (collection fits?)
        (fold-cells (lambda (element count total)
                      (if (fits? element) (+ total count) total))
                    0 collection)))

    (define-both/f (set-any? "set-any?") (bag-any? "bag-any?")
      "True if an element fits." (fits?)
      (lambda (collection fits?)
        (let loop ((cells (hash-table-values (table collection))))
          (and (pair? cells)
               (or (and (fits? (car (car cells))) #t) (loop (cdr cells)))))))

    (define-both/f (set-every? "set-every?") (bag-every? "bag-every?")
      "True if all elements fit." (fits?)
      (lambda (collection fits?)
        (let loop ((cells (hash-table-values (table collection))))
          (or (null? cells)
              (and (fits? (car (car cells))) (loop (cdr cells)))))))

    (define (mapped who comparator f collection bag?)
      (check-callable who 2 f)
      (let ((new (fresh who comparator bag?)))
        (fold-all collection
                  (lambda (element seed) (adjoin! who new (list (f element))))
                  #f)
        new))

    (define (set-map comparator f set)
      "The set, with a comparator, of what f gives for the elements."
      (check-type set? "set-map" "a set" 3 set)
      (mapped "set-map" comparator f set #f))

    (define (bag-map comparator f bag)
      "The bag, with a comparator, of what f gives for the elements."
      (check-type bag? "bag-map" "a bag" 3 bag)
      (mapped "bag-map" comparator f bag #t))

    (define-both/f (set-for-each "set-for-each") (bag-for-each "bag-for-each")
      "Calls f with each element." (f)
      (lambda (collection f)
        (fold-all collection (lambda (element seed) (f element)) #f)
        (if #f #f)))

    (define-both/f (set-fold "set-fold") (bag-fold "bag-fold")
      "(f ELEMENT SEED) for each element." (f seed) fold-all)

    (define-both/f (set-filter "set-filter") (bag-filter "bag-filter")
      "The elements that fit." (fits?) selected)
    (define-both/f (set-filter! "set-filter!") (bag-filter! "bag-filter!")
      "Keeps the elements that fit." (fits?)
      (lambda (collection fits?)
        (become! collection (selected collection fits?))))

    (define (rejected collection fits?)
      (selected collection (lambda (element) (not (fits? element)))))

    (define-both/f (set-remove "set-remove") (bag-remove "bag-remove")
      "The elements that do not fit." (fits?) rejected)
    (define-both/f (set-remove! "set-remove!") (bag-remove! "bag-remove!")
      "Removes the elements that fit." (fits?)
      (lambda (collection fits?)
        (become! collection (rejected collection fits?))))

    (define (partition collection fits?)
      (let ((yes (fresh-as collection)) (no (fresh-as collection)))
        (fold-cells (lambda (element count seed)
                      (set-count-of! (if (fits? element) yes no) element count))
                    #f collection)
        (values yes no)))

    (define-both/f (set-partition "set-partition")
      (bag-partition "bag-partition")
      "The elements that fit, and those that do not." (fits?) partition)
    (define-both/f (set-partition! "set-partition!")
      (bag-partition! "bag-partition!")
      "Keeps the elements that fit; it, and those that do not." (fits?)
      (lambda (collection fits?)
        (let-values (((yes no) (partition collection fits?)))
          (values (become! collection yes) no))))

    (define-both (set-copy "set-copy") (bag-copy "bag-copy")
      "A copy." (collection)
      (lambda (who collection) (copy collection)))

    (define-both (set->list "set->list") (bag->list "bag->list")
      "The elements as a list." (collection)
      (lambda (who collection) (reverse (fold-all collection cons '()))))

    (define (list->set comparator list)
      "The set of the elements of a list."
      (check-type list? "list->set" "a list" 2 list)
      (filled "list->set" comparator list #f))

    (define (list->bag comparator list)
      "The bag of the elements of a list."
      (check-type list? "list->bag" "a list" 2 list)
      (filled "list->bag" comparator list #t))

    (define-both (list->set! "list->set!") (list->bag! "list->bag!")
      "Adds the elements of a list." (collection list)
      (lambda (who collection list)
        (check-type list? who "a list" 2 list)
        (adjoin! who collection list)))

    ;; Comparison

    (define (part? a b)
      (fold-cells (lambda (element count part?)
                    (and part? (<= count (count-of b element))))
                  #t a))

    (define (chain holds?)
      (lambda (first rest)
        (let loop ((a first) (rest rest))
          (or (null? rest)
              (and (holds? a (car rest)) (loop (car rest) (cdr rest)))))))

    (define (same? a b) (and (part? a b) (part? b a)))

    (define-both/all (set=? "set=?") (bag=? "bag=?")
      "True if all have the same elements." (chain same?))
    (define-both/all (set<? "set<?") (bag<? "bag<?")
      "True if each is a part of the next, and not the same."
      (chain (lambda (a b) (and (part? a b) (not (part? b a))))))
    (define-both/all (set>? "set>?") (bag>? "bag>?")
      "True if the next is a part of each, and not the same."
      (chain (lambda (a b) (and (part? b a) (not (part? a b))))))
    (define-both/all (set<=? "set<=?") (bag<=? "bag<=?")
      "True if each is a part of the next." (chain part?))
    (define-both/all (set>=? "set>=?") (bag>=? "bag>=?")
      "True if the next is a part of each." (chain (lambda (a b) (part? b a))))

    ;; Theory: how many there are of an element, by how many two have.

    (define (combined count-by)
      (lambda (first rest)
        (let loop ((result (copy first)) (rest rest))
          (if (null? rest)
              result
              (let ((new (fresh-as first)) (other (car rest)))
                (fold-cells (lambda (element n seed)
                              (set-count-of! new element
                                             (count-by n (count-of other element))))
                            #f result)
                (fold-cells (lambda (element n seed)
                              (if (not (cell-of result element))
                                  (set-count-of! new element (count-by 0 n))))
                            #f other)
                (loop new (cdr rest)))))))

    (define (combined! count-by)
      (let ((combine (combined count-by)))
        (lambda (first rest) (become! first (combine first rest)))))

    (define (without n m) (- n m))
    (define (apart n m) (abs (- n m)))

    (define-both/all (set-union "set-union") (bag-union "bag-union")
      "What is in any; of each, the greatest number." (combined max))
    (define-both/all (set-union! "set-union!") (bag-union! "bag-union!")
      "Makes the first the union." (combined! max))
    (define-both/all (set-intersection "set-intersection")
      (bag-intersection "bag-intersection")
      "What is in all; of each, the least number." (combined min))
    (define-both/all (set-intersection! "set-intersection!")
      (bag-intersection! "bag-intersection!")
      "Makes the first the intersection." (combined! min))
    (define-both/all (set-difference "set-difference")
      (bag-difference "bag-difference")
      "What the first has and the others have not." (combined without))
    (define-both/all (set-difference! "set-difference!")
      (bag-difference! "bag-difference!")
      "Makes the first the difference." (combined! without))

    (define (pair-of combine)
      (lambda (who first second)
        (check-same who (if (bag-kind? first) bag? set?)
                    (if (bag-kind? first) "a bag" "a set")
                    first (list second))
        (combine first (list second))))

    (define-both (set-xor "set-xor") (bag-xor "bag-xor")
      "What one of two has and the other has not." (collection other)
      (pair-of (combined apart)))
    (define-both (set-xor! "set-xor!") (bag-xor! "bag-xor!")
      "Makes the first what one of two has and the other has not."
      (collection other) (pair-of (combined! apart)))

    ;; Bags only

    (define-syntax define-bag
      (syntax-rules ()
        ((_ (name who) doc (bag x ...) body)
         (define (name bag x ...)
           doc
           (check-type bag? who "a bag" 1 bag)
           body))))

    (define (bag-sum first . rest)
      "The elements of all bags together."
      (check-same "bag-sum" bag? "a bag" first rest)
      ((combined +) first rest))

    (define (bag-sum! first . rest)
      "Adds the elements of the other bags."
      (check-same "bag-sum!" bag? "a bag" first rest)
      ((combined! +) first rest))

    (define (times n bag)
      (let ((new (fresh-as bag)))
        (fold-cells (lambda (element count seed)
                      (set-count-of! new element (* n count)))
                    #f bag)
        new))

    (define (bag-product n bag)
      "A bag with n times as many of each element."
      (check-count "bag-product" 1 n)
      (check-type bag? "bag-product" "a bag" 2 bag)
      (times n bag))

    (define (bag-product! n bag)
      "Makes it n times as many of each element."
      (check-count "bag-product!" 1 n)
      (check-type bag? "bag-product!" "a bag" 2 bag)
      (become! bag (times n bag)))

    (define-bag (bag-unique-size "bag-unique-size")
      "How many different elements there are." (bag)
      (length (hash-table-values (table bag))))

    (define-bag (bag-element-count "bag-element-count")
      "How many there are of an element." (bag element)
      (count-of bag element))

    (define (bag-for-each-unique f bag)
      "Calls (f ELEMENT COUNT) for each different element."
      (check-callable "bag-for-each-unique" 1 f)
      (check-type bag? "bag-for-each-unique" "a bag" 2 bag)
      (fold-cells (lambda (element count seed) (f element count) seed)
                  (if #f #f) bag))

    (define (bag-fold-unique f seed bag)
      "(f ELEMENT COUNT SEED) for each different element."
      (check-callable "bag-fold-unique" 1 f)
      (check-type bag? "bag-fold-unique" "a bag" 3 bag)
      (fold-cells f seed bag))

    (define-bag (bag-increment! "bag-increment!")
      "Adds so many of an element." (bag element count)
      (begin
        (check-count "bag-increment!" 3 count)
        (check-element "bag-increment!" bag element)
        (add! bag element count)
        bag))

    (define-bag (bag-decrement! "bag-decrement!")
      "Removes so many of an element, if there are." (bag element count)
      (begin
        (check-count "bag-decrement!" 3 count)
        (add! bag element (- count))
        bag))

    (define-bag (bag->set "bag->set") "The set of the elements." (bag)
      (let ((new (make-collection (make-hash-table (comparator bag))
                                  (comparator bag) #f)))
        (fold-cells (lambda (element count seed)
                      (set-count-of! new element 1))
                    #f bag)
        new))

    (define (add-set! bag set)
      (fold-cells (lambda (element count seed) (add! bag element 1)) #f set)
      bag)

    (define (set->bag set)
      "The bag of the elements."
      (check-type set? "set->bag" "a set" 1 set)
      (add-set! (make-collection (make-hash-table (comparator set))
                                 (comparator set) #t)
                set))

    (define-bag (set->bag! "set->bag!") "Adds the elements of a set." (bag set)
      (begin
        (check-type set? "set->bag!" "a set" 2 set)
        (add-set! bag set)))

    (define-bag (bag->alist "bag->alist") "(ELEMENT . COUNT) for each." (bag)
      (reverse (fold-cells (lambda (element count found)
                             (cons (cons element count) found))
                           '() bag)))

    (define (alist->bag comparator alist)
      "The bag of (ELEMENT . COUNT), the first for an element."
      (check-type list? "alist->bag" "a list" 2 alist)
      (let ((new (fresh "alist->bag" comparator #t)))
        (for-each (lambda (entry)
                    (check-type pair? "alist->bag" "a list of pairs" 2 entry)
                    (check-element "alist->bag" new (car entry))
                    (if (not (cell-of new (car entry)))
                        (set-count-of! new (car entry) (cdr entry))))
                  alist)
        new))

    ;; Comparators

    (define (collection-hash collection)
      (fold-cells (lambda (element count hash)
                    (modulo (+ hash (* count (comparator-hash
                                              (comparator collection) element)))
                            536870909))
                  17 collection))

    (define set-comparator
      (make-comparator set? (lambda (a b) (set=? a b)) #f collection-hash))
    (define bag-comparator
      (make-comparator bag? (lambda (a b) (bag=? a b)) #f collection-hash))))
