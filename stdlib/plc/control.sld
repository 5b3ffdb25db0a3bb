;;; Control: conditions, assertions, loops without a result.
(define-library (plc control)
  (export assert condition-message condition-irritants error? identity
          constantly compose call-with-time dotimes while until nil? void
          make-guardian collect-all)
  (import (plc core) (plc primitives) (plc list))
  (begin
    (define (assert value . what)
      "Raises an error if value is false."
      (if (not value)
          (apply error "assertion failed" what)))

    (define (condition-message condition) (error-object-message condition))
    (define (condition-irritants condition) (error-object-irritants condition))
    (define (error? object) (error-object? object))

    (define (identity x) x)
    (define (constantly x) (lambda arguments x))
    (define (compose . procedures)
      "The procedure that applies the last first."
      (if (null? procedures)
          identity
          (let ((first (car procedures)) (rest (apply compose (cdr procedures))))
            (lambda arguments
              (call-with-values (lambda () (apply rest arguments)) first)))))

    (define (nil? object) (eq? object nil))
    (define (void . ignored) (%unspecified))

    (define (collect-all)
      "Collects all generations and gives other languages back what they kept
       for objects that are gone."
      (collect-garbage #t))

    (define (make-guardian)
      "A procedure: with an object it watches it, without it returns a watched
       object that nothing else holds any more, or #f."
      (let ((guardian (%make-guardian)))
        (lambda objects
          (if (null? objects)
              (%guardian-next guardian)
              (%guardian-register guardian (car objects))))))

    (define (call-with-time thunk receive)
      "(receive seconds value ...) for the values of thunk."
      (let ((start (current-jiffy)))
        (call-with-values thunk
          (lambda results
            (apply receive
                   (/ (- (current-jiffy) start)
                      (inexact (jiffies-per-second)))
                   results)))))

    (define-syntax while
      (syntax-rules ()
        ((_ test body ...)
         (let loop ()
           (if test (begin body ... (loop)))))))

    (define-syntax until
      (syntax-rules ()
        ((_ test body ...) (while (not test) body ...))))

    (define-syntax dotimes
      (syntax-rules ()
        ((_ (i count) body ...)
         (let ((n count))
           (let loop ((i 0))
             (if (< i n)
                 (begin body ... (loop (+ i 1)))))))))))
