;; Calls by other ways: apply with lists, case-lambda by its clauses, optional
;; arguments in a list, thunks of dynamic-wind.
;; input: repetitions elements
(define area
  (case-lambda
    ((side) (* side side))
    ((width height) (* width height))
    ((width height . more) (apply * width height more))))

(define depth 0)
(define (inside n thunk)
  (if (= n 0)
      (thunk)
      (dynamic-wind
        (lambda () (set! depth (+ depth 1)))
        (lambda () (+ 1 (inside (- n 1) thunk)))
        (lambda () (set! depth (- depth 1))))))

(define (sum . numbers)
  (let loop ((numbers numbers) (total 0))
    (if (null? numbers)
        total
        (loop (cdr numbers) (+ total (car numbers))))))

(define (between low high . step)
  (let ((step (if (null? step) 1 (car step))))
    (let loop ((i high) (numbers '()))
      (if (< i low)
          numbers
          (loop (- i step) (cons i numbers))))))

(define repetitions (read))
(define elements (read))
(define numbers (between 1 elements))
;; The procedures are data, so that no compiler knows them at their calls.
(define procedures (list area sum inside))

(let loop ((i 0) (total 0))
  (if (< i repetitions)
      (let ((area (car procedures))
            (sum (cadr procedures))
            (inside (caddr procedures)))
        (loop (+ i 1)
              (+ total
                 (apply sum numbers)
                 (apply + 1 numbers)
                 (apply max 0 1 numbers)
                 (vector-length (apply vector numbers))
                 (let shapes ((k 0) (total 0))
                   (if (= k 100)
                       total
                       (shapes (+ k 1)
                               (+ total (area k) (area k 2) (area 1 k 2)
                                  (apply area (between 1 3 2))))))
                 (inside 50 (lambda () depth)))))
      (begin (display total) (newline))))
