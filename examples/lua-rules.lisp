;;; A shop whose rules are written in Lua and can be replaced while it is open.
;;; The program keeps the data and the engine; rules read and change orders, and
;;; call back for what they need to know. A rule that fails refuses its order,
;;; rules that cannot be loaded leave the old ones in force.
;;;
;;;   plc run examples/lua-rules.lisp examples/data/rules/shop.lua
;;;
;;; reads lines `CUSTOMER ITEM AMOUNT`, `rules FILE`, and ends with the input.

(import (scheme base) (scheme write) (scheme process-context) (plc) (plc hosts))

(define customers {"ada" {"level" "gold"} "bob" {"level" "new"}})
(define prices {"lamp" 60 "chair" 45})
(define stocks {"lamp" 3 "chair" 5})

;;; What rules may use. Orders are tables of Lua, which rules and program share.

(define (total order) (* order.amount (ref prices order.item)))

(define (sell! item amount)
  (set! (ref stocks item) (- (ref stocks item) amount)))

(define shop
  {"total" total
   "customer" (lambda (name) (ref customers name))
   "stock" (lambda (item) (ref stocks item))
   "discount" (lambda (order percent)
                (set! order.price (* order.price (/ (- 100 percent) 100))))
   "note" (lambda (text) (say "  note: " text))
   "sell" sell!})

(define (say . parts)
  (for-each display parts)
  (newline))

;;; The engine.

(define (load-rules file)
  ((lua:call "dofile" file) shop))

(define rules #f)

(define (replace-rules! file)
  (guard (e (#t (say "rules not replaced: " (condition-message e))))
    (set! rules (load-rules file))
    (say "rules: " (length rules) " of " file)))

(define (euros price) (/ (round (* 100 price)) 100))

(define (process customer item amount)
  (say customer ": " amount " " item)
  (let ((order (lua-eval "{}")))
    (set! order.customer customer)
    (set! order.item item)
    (set! order.amount amount)
    (set! order.price (inexact (total order)))
    (set! order.shipping 5)
    (guard (e ((foreign-error? e)
               (say "  refused: " (condition-message e))))
      (for (rule rules)
        (when (rule.when order)
          (say "  rule: " rule.name)
          (rule.act order)))
      (sell! item order.amount)
      (say "  to pay: " (euros (+ order.price order.shipping))))))

(define (main rules-file)
  (replace-rules! rules-file)
  (let loop ()
    (let1 line (read-line)
      (unless (eof-object? line)
        (let1 words (string-split line " ")
          (if (string=? (car words) "rules")
              (replace-rules! (cadr words))
              (process (car words) (cadr words)
                       (string->number (list-ref words 2)))))
        (loop)))))

(main (cadr (command-line)))
