;;; (plc): everything of plc beyond R7RS.
(define-library (plc)
  (export
   ;; Forms
   |.| def defn defq defun fn let1 named-lambda nil receive undefined
   ;; Primitives
   arithmetic-shift bit-count bitwise-and bitwise-ior bitwise-not
   bitwise-xor box box? bytevector-fill! call-with-escape-continuation
   collect-garbage condition-trace condition-type cons*
   ephemeron-broken? ephemeron-datum ephemeron-key ephemeron?
   exact-rational? f32vector f32vector-length f32vector-ref
   f32vector-set! f32vector? f64vector f64vector-length f64vector-ref
   f64vector-set! f64vector? fixnum? flonum? gc-statistics
   generate-symbol hash hash-table->alist hash-table-clear!
   hash-table-contains? hash-table-copy hash-table-keys
   hash-table-ref/default hash-table-size hash-table-values
   hash-table? integer-length keyword? make-condition make-ephemeron
   make-f32vector make-f64vector make-s16vector make-s32vector
   make-s64vector make-s8vector make-u16vector make-u32vector
   make-u64vector make-u8vector procedure-name record? s16vector
   s16vector-length s16vector-ref s16vector-set! s16vector? s32vector
   s32vector-length s32vector-ref s32vector-set! s32vector? s64vector
   s64vector-length s64vector-ref s64vector-set! s64vector? s8vector
   s8vector-length s8vector-ref s8vector-set! s8vector? set-box!
   string-hash string-search-forward u16vector u16vector-length
   u16vector-ref u16vector-set! u16vector? u32vector u32vector-length
   u32vector-ref u32vector-set! u32vector? u64vector u64vector-length
   u64vector-ref u64vector-set! u64vector? u8vector u8vector-length
   u8vector-ref u8vector-set! u8vector? unbox weak-car weak-cdr
   weak-cons weak-pair?
   (rename call-with-escape-continuation call/ec)
   ;; (plc number)
   -1+ 1+ clamp exact-integer-root
   ;; (plc list)
   any append! append-map count delete delete-duplicates every filter
   filter-map find find-tail fold fold-left fold-right iota last
   last-pair list-head list-index partition range reduce remove reverse!
   vector-binary-search
   ;; (plc sort)
   list-sort sort sort!
   ;; (plc string)
   call-with-output-string cat char-ascii? string-contains
   string-count string-index string-join string-null? string-pad-left
   string-pad-right string-prefix? string-reverse string-search-all
   string-split string-suffix? string-trim string-trim-left
   string-trim-right with-output-to-string
   ;; (plc vector)
   make-initialized-vector subvector vector-build vector-count
   vector-fold vector-grow vector-index vector-reverse! vector-swap!
   ;; (plc hash-table)
   alist->hash-table hash-table hash-table-count hash-table-delete!
   hash-table-empty? hash-table-exists? hash-table-fold
   hash-table-for-each hash-table-intern! hash-table-map
   hash-table-merge! hash-table-pop! hash-table-ref hash-table-set!
   hash-table-update! hash-table-update!/default hash-table-walk
   make-eq-hash-table make-equal-hash-table make-eqv-hash-table
   make-hash-table make-string-hash-table
   ;; (plc port)
   call-with-input-string print read-all-string read-lines
   with-input-from-string
   ;; (plc sequence)
   ->list for iterate ref slice
   ;; (plc foreign)
   ->lisp close-foreign doc documentation foreign-buffer foreign-call
   foreign-call-method foreign-error-language foreign-error-type
   foreign-error-value foreign-error? foreign-evaluate foreign-get
   foreign-import foreign-language foreign-members foreign-references
   foreign-set! foreign? with-foreign
   ;; (plc async)
   ->promise async async-promise? await await-all await-any cancel!
   promise promise-state reject! resolve! sleep-for with-timeout
   ;; (plc control)
   assert call-with-time collect-all compose condition-irritants condition-message
   constantly dotimes error? identity make-guardian nil? until void
   while)
  (import (plc core) (plc primitives) (plc number) (plc list) (plc sort)
          (plc string) (plc vector) (plc hash-table) (plc port)
          (plc sequence) (plc foreign) (plc async) (plc control)))
