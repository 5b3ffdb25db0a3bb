;;; Fibers, promises and time: what programs write to do several things at once.
(define-library (plc async)
  (export ->promise async async-promise? await await-all await-any cancel!
          promise promise-state reject! resolve! sleep-for stopped-by? with-timeout)
  (import (plc core) (plc primitives) (plc list))
  (begin
    ;; (async body ...): a fiber of its own; the promise of its values.
    (define-syntax async
      (syntax-rules ()
        ((_ body0 body ...) (%async (lambda () body0 body ...)))))

    (define (sleep-for seconds)
      "Lets only this fiber wait; others run meanwhile."
      (await (%timer seconds)))

    (define (await-combined combine objects)
      (let* ((promises (map ->promise objects))
             (combined (combine promises)))
        (dynamic-wind
         (lambda () #f)
         (lambda () (await combined))
         (lambda () (%forget combined promises)))
        promises))

    (define (await-all . objects)
      "The list of the values of all; raises the first error at once."
      (map await (await-combined %all-of objects)))

    (define (await-any object . objects)
      "The value, or the error, of what is settled first."
      (let* ((promises (map ->promise (cons object objects)))
             (first (%any-of promises)))
        (dynamic-wind
         (lambda () #f)
         (lambda () (await first))
         (lambda () (%forget first promises)))))

    ;; The conditions of those that go on here, the innermost first.
    (define time-limits (make-parameter '()))

    (define (with-timeout seconds thunk)
      "The values of thunk; raises a timeout condition where it awaits, if it
       takes longer."
      (let ((condition (make-condition 'timeout "this took too long"
                                       (list seconds)))
            (timer #f))
        (dynamic-wind
         (lambda () (set! timer (%timer seconds condition)))
         (lambda ()
           (parameterize ((time-limits (cons condition (time-limits))))
             (thunk)))
         (lambda () (%stop-timer timer condition)))))

    (define (stopped-by? raised)
      "True of what tells the code that goes on here to stop: it was cancelled, or a
       time limit around it is over."
      (or (memq raised (time-limits))
          (and (error-object? raised) (eq? (condition-type raised) 'cancelled))))))
