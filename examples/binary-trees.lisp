;;; Allocates and walks many binary trees: work for the garbage collector.
;;;
;;;   plc run examples/binary-trees.lisp 12

(import (scheme base) (scheme write) (scheme process-context))

(define-record-type tree
  (make-tree left right)
  tree?
  (left tree-left)
  (right tree-right))

(define (build depth)
  (if (= depth 0)
      (make-tree #f #f)
      (make-tree (build (- depth 1)) (build (- depth 1)))))

(define (count-nodes t)
  (if (tree-left t)
      (+ 1 (count-nodes (tree-left t)) (count-nodes (tree-right t)))
      1))

(define (report . parts)
  (for-each display parts)
  (newline))

(define n
  (let ((arguments (cdr (command-line))))
    (if (null? arguments) 10 (string->number (car arguments)))))

(report "stretch tree of depth " (+ n 1) "\t check: "
        (count-nodes (build (+ n 1))))
(let ((long-lived (build n)))
  (do ((depth 4 (+ depth 2)))
      ((> depth n))
    (let ((count (expt 2 (+ (- n depth) 4))))
      (do ((i 0 (+ i 1))
           (sum 0 (+ sum (count-nodes (build depth)))))
          ((= i count)
           (report count "\t trees of depth " depth "\t check: " sum)))))
  (report "long lived tree of depth " n "\t check: "
          (count-nodes long-lived)))
