;; R7RS appendices A and B: what the standard libraries export; the features.
(import (prefix (scheme base) b:)
        (only (scheme base) define define-syntax syntax-rules lambda let if
              begin quote _ ...)
        (prefix (scheme case-lambda) cl:) (prefix (scheme char) ch:)
        (prefix (scheme complex) co:) (prefix (scheme cxr) x:)
        (prefix (scheme file) f:) (prefix (scheme inexact) in:)
        (prefix (scheme lazy) lz:) (prefix (scheme process-context) pc:)
        (prefix (scheme read) rd:) (prefix (scheme time) t:)
        (prefix (scheme write) w:))
(import (scheme base) (scheme write))
(include "check.scm")

;; The names among these that are no procedures.
(define-syntax no-procedures
  (syntax-rules ()
    ((_ name ...)
     (let loop ((names '(name ...)) (values (list name ...)))
       (cond ((null? names) '())
             ((procedure? (car values)) (loop (cdr names) (cdr values)))
             (else (cons (car names) (loop (cdr names) (cdr values)))))))))
(check "A (scheme base)"
       (no-procedures
        b:* b:+ b:- b:/ b:< b:<= b:= b:> b:>= b:abs b:append b:apply b:assoc
        b:assq b:assv b:binary-port? b:boolean=? b:boolean? b:bytevector
        b:bytevector-append b:bytevector-copy b:bytevector-copy!
        b:bytevector-length b:bytevector-u8-ref b:bytevector-u8-set!
        b:bytevector? b:caar b:cadr b:call-with-current-continuation
        b:call-with-port b:call-with-values b:call/cc b:car b:cdar b:cddr b:cdr
        b:ceiling b:char->integer b:char-ready? b:char<=? b:char<? b:char=?
        b:char>=? b:char>? b:char? b:close-input-port b:close-output-port
        b:close-port b:complex? b:cons b:current-error-port
        b:current-input-port b:current-output-port b:denominator
        b:dynamic-wind b:eof-object b:eof-object? b:eq? b:equal? b:eqv? b:error
        b:error-object-irritants b:error-object-message b:error-object? b:even?
        b:exact b:exact-integer-sqrt b:exact-integer? b:exact? b:expt
        b:features b:file-error? b:floor b:floor-quotient b:floor-remainder
        b:floor/ b:flush-output-port b:for-each b:gcd b:get-output-bytevector
        b:get-output-string b:inexact b:inexact? b:input-port-open?
        b:input-port? b:integer->char b:integer? b:lcm b:length b:list
        b:list->string b:list->vector b:list-copy b:list-ref b:list-set!
        b:list-tail b:list? b:make-bytevector b:make-list b:make-parameter
        b:make-string b:make-vector b:map b:max b:member b:memq b:memv b:min
        b:modulo b:negative? b:newline b:not b:null? b:number->string b:number?
        b:numerator b:odd? b:open-input-bytevector b:open-input-string
        b:open-output-bytevector b:open-output-string b:output-port-open?
        b:output-port? b:pair? b:peek-char b:peek-u8 b:positive? b:procedure?
        b:quotient b:raise b:raise-continuable b:rational? b:rationalize
        b:read-bytevector b:read-bytevector! b:read-char b:read-error?
        b:read-line b:read-string b:read-u8 b:real? b:remainder b:reverse
        b:round b:set-car! b:set-cdr! b:square b:string b:string->list
        b:string->number b:string->symbol b:string->utf8 b:string->vector
        b:string-append b:string-copy b:string-copy! b:string-fill!
        b:string-for-each b:string-length b:string-map b:string-ref
        b:string-set! b:string<=? b:string<? b:string=? b:string>=? b:string>?
        b:string? b:substring b:symbol->string b:symbol=? b:symbol?
        b:textual-port? b:truncate b:truncate-quotient b:truncate-remainder
        b:truncate/ b:u8-ready? b:utf8->string b:values b:vector
        b:vector->list b:vector->string b:vector-append b:vector-copy
        b:vector-copy! b:vector-fill! b:vector-for-each b:vector-length
        b:vector-map b:vector-ref b:vector-set! b:vector?
        b:with-exception-handler b:write-bytevector b:write-char
        b:write-string b:write-u8 b:zero?)
       '())
(check "A (scheme char)"
       (no-procedures
        ch:char-alphabetic? ch:char-ci<=? ch:char-ci<? ch:char-ci=?
        ch:char-ci>=? ch:char-ci>? ch:char-downcase ch:char-foldcase
        ch:char-lower-case? ch:char-numeric? ch:char-upcase
        ch:char-upper-case? ch:char-whitespace? ch:digit-value ch:string-ci<=?
        ch:string-ci<? ch:string-ci=? ch:string-ci>=? ch:string-ci>?
        ch:string-downcase ch:string-foldcase ch:string-upcase)
       '())
(check "A (scheme complex)"
       (no-procedures co:angle co:imag-part co:magnitude co:make-polar
                      co:make-rectangular co:real-part)
       '())
(check "A (scheme cxr)"
       (no-procedures
        x:caaaar x:caaadr x:caaar x:caadar x:caaddr x:caadr x:cadaar x:cadadr
        x:cadar x:caddar x:cadddr x:caddr x:cdaaar x:cdaadr x:cdaar x:cdadar
        x:cdaddr x:cdadr x:cddaar x:cddadr x:cddar x:cdddar x:cddddr x:cdddr)
       '())
(check "A (scheme file)"
       (no-procedures
        f:call-with-input-file f:call-with-output-file f:delete-file
        f:file-exists? f:open-binary-input-file f:open-binary-output-file
        f:open-input-file f:open-output-file f:with-input-from-file
        f:with-output-to-file)
       '())
(check "A (scheme inexact)"
       (no-procedures in:acos in:asin in:atan in:cos in:exp in:finite?
                      in:infinite? in:log in:nan? in:sin in:sqrt in:tan)
       '())
(check "A (scheme lazy)" (no-procedures lz:force lz:make-promise lz:promise?)
       '())
(check "A (scheme process-context)"
       (no-procedures pc:command-line pc:emergency-exit pc:exit
                      pc:get-environment-variable pc:get-environment-variables)
       '())
(check "A (scheme read)" (no-procedures rd:read) '())
(check "A (scheme time)"
       (no-procedures t:current-jiffy t:current-second t:jiffies-per-second)
       '())
(check "A (scheme write)"
       (no-procedures w:display w:write w:write-shared w:write-simple)
       '())

;; Keywords work under another name; auxiliary ones match by binding.
(check "A" (b:cond (#f 1) (b:else 2)) 2)
(check "A" (b:cond (1 b:=> list)) '(1))
(check "A" (b:case 3 ((1) 'a) (b:else b:=> -)) -3)
(check "A" (b:quasiquote (1 (b:unquote (+ 1 1)) (b:unquote-splicing '(3))))
       '(1 2 3))
(check "A" (b:let*-values (((a b) (values 1 2))) (b:list a b)) '(1 2))
(check "A" (b:guard (e ((b:symbol? e) e) (b:else 0)) (b:raise 'x)) 'x)
(check "A" (b:guard (e ((b:symbol? e) e) (b:else 0)) (b:raise 1)) 0)
(check "A" ((cl:case-lambda ((a) 1) ((a b) 2)) 1 2) 2)
(check "A" (lz:force (lz:delay-force (lz:delay 5))) 5)
(check "A" (b:do ((i 0 (b:+ i 1))) ((b:= i 3) i)) 3)
(check "A" (b:parameterize () (b:when #t (b:unless #f 1))) 1)
(check "A" (b:let-syntax ((m (b:syntax-rules () ((b:_ x b:...) '(x b:...)))))
             (m 1 2))
       '(1 2))
(check "A" (b:letrec* ((a 1)) (b:let* ((c a)) (b:and (b:or #f c)))) 1)
(b:define-record-type rec (make-rec a) rec? (a rec-a))
(check "A" (rec-a (make-rec 1)) 1)
(b:define-values (dv1 . dv2) (values 1 2))
(check "A" dv2 '(2))
(check "A" (b:cond-expand ((and r7rs (not no-such)) 1) (else 2)) 1)

;; B: (features) and cond-expand agree.
(define (has? feature) (and (memq feature (features)) #t))
(define-syntax agrees
  (syntax-rules ()
    ((_ feature ...)
     (begin (check "B" (cond-expand (feature #t) (else #f)) (has? 'feature))
            ...))))
(agrees r7rs exact-closed exact-complex ieee-float full-unicode ratios posix
        windows unix darwin gnu-linux bsd freebsd solaris i386 x86-64 ppc sparc
        jvm clr llvm ilp32 lp64 ilp64 big-endian little-endian plc no-such)
(check "B" (has? 'r7rs) #t)
(check "B" (has? 'full-unicode) #t)
(check "B" (has? 'ratios) #t)
(check "B" (exact? (/ 1 3)) (has? 'ratios))
(report-checks)
