;;; SRFI 117: queues that are lists, with the last pair at hand.
(define-library (srfi 117)
  (export
   make-list-queue list-queue list-queue-copy list-queue-unfold
   list-queue-unfold-right list-queue? list-queue-empty? list-queue-front
   list-queue-back list-queue-list list-queue-first-last
   list-queue-add-front! list-queue-add-back! list-queue-remove-front!
   list-queue-remove-back! list-queue-remove-all! list-queue-set-list!
   list-queue-append list-queue-append! list-queue-concatenate
   list-queue-map list-queue-map! list-queue-for-each)
  (import (plc core) (plc primitives) (plc arguments) (plc list))
  (begin
    (define-record-type queue
      (make-queue first last)
      list-queue?
      (first first-pair set-first!)
      (last last-pair-of set-last!))

    (define-syntax check-queue
      (syntax-rules ()
        ((_ who position queue)
         (check-type list-queue? who "a list queue" position queue))))

    (define (check-filled who queue)
      (check-queue who 1 queue)
      (if (null? (first-pair queue))
          (error (string-append who ": the queue is empty") queue)))

    (define (last-of list)
      (if (pair? list)
          (let loop ((pair list))
            (if (pair? (cdr pair)) (loop (cdr pair)) pair))
          '()))

    (define (make-list-queue list :up-to 1 last)
      "The queue of a list, whose last pair may be given; it shares the list."
      (check-type list? "make-list-queue" "a list" 1 list)
      (make-queue list (option 0 last (last-of list))))

    (define (list-queue . elements)
      "The queue of the elements."
      (make-queue elements (last-of elements)))

    (define (list-queue-copy queue)
      "A queue of the same elements that shares no pairs."
      (check-queue "list-queue-copy" 1 queue)
      (make-list-queue (list-copy (first-pair queue))))

    (define (list-queue-unfold stop? element-of next seed :up-to 1 queue)
      "Adds (element-of SEED) in front of a queue, or of none, until (stop? SEED):
       the first one comes first."
      (check-callable "list-queue-unfold" 1 stop?)
      (check-callable "list-queue-unfold" 2 element-of)
      (check-callable "list-queue-unfold" 3 next)
      (let ((queue (option 0 queue (list-queue))))
        (check-queue "list-queue-unfold" 5 queue)
        (let loop ((seed seed) (found '()))
          (if (stop? seed)
              (for-each (lambda (x) (list-queue-add-front! queue x)) found)
              (loop (next seed) (cons (element-of seed) found))))
        queue))

    (define (list-queue-unfold-right stop? element-of next seed :up-to 1 queue)
      "Adds (element-of SEED) at the back of a queue, or of none, until
       (stop? SEED): the first one comes last."
      (check-callable "list-queue-unfold-right" 1 stop?)
      (check-callable "list-queue-unfold-right" 2 element-of)
      (check-callable "list-queue-unfold-right" 3 next)
      (let ((queue (option 0 queue (list-queue))))
        (check-queue "list-queue-unfold-right" 5 queue)
        (let loop ((seed seed) (found '()))
          (if (stop? seed)
              (for-each (lambda (x) (list-queue-add-back! queue x)) found)
              (loop (next seed) (cons (element-of seed) found))))
        queue))

    (define (list-queue-empty? queue)
      "True if there are no elements."
      (check-queue "list-queue-empty?" 1 queue)
      (null? (first-pair queue)))

    (define (list-queue-front queue)
      "The first element."
      (check-filled "list-queue-front" queue)
      (car (first-pair queue)))

    (define (list-queue-back queue)
      "The last element."
      (check-filled "list-queue-back" queue)
      (car (last-pair-of queue)))

    (define (list-queue-list queue)
      "The list that the queue consists of."
      (check-queue "list-queue-list" 1 queue)
      (first-pair queue))

    (define (list-queue-first-last queue)
      "The first and the last pair of that list, or () twice."
      (check-queue "list-queue-first-last" 1 queue)
      (values (first-pair queue) (last-pair-of queue)))

    (define (list-queue-add-front! queue element)
      "Adds an element before the first."
      (check-queue "list-queue-add-front!" 1 queue)
      (let ((pair (cons element (first-pair queue))))
        (set-first! queue pair)
        (if (null? (last-pair-of queue)) (set-last! queue pair))))

    (define (list-queue-add-back! queue element)
      "Adds an element after the last."
      (check-queue "list-queue-add-back!" 1 queue)
      (let ((pair (list element)))
        (if (null? (last-pair-of queue))
            (set-first! queue pair)
            (set-cdr! (last-pair-of queue) pair))
        (set-last! queue pair)))

    (define (list-queue-remove-front! queue)
      "Removes the first element, which it returns."
      (check-filled "list-queue-remove-front!" queue)
      (let ((pair (first-pair queue)))
        (set-first! queue (cdr pair))
        (if (null? (cdr pair)) (set-last! queue '()))
        (car pair)))

    (define (list-queue-remove-back! queue)
      "Removes the last element, which it returns; takes time by the length."
      (check-filled "list-queue-remove-back!" queue)
      (let ((last (last-pair-of queue)))
        (if (eq? last (first-pair queue))
            (begin (set-first! queue '()) (set-last! queue '()))
            (let loop ((pair (first-pair queue)))
              (if (eq? (cdr pair) last)
                  (begin (set-cdr! pair '()) (set-last! queue pair))
                  (loop (cdr pair)))))
        (car last)))

    (define (list-queue-remove-all! queue)
      "Removes all elements; the list of them."
      (check-queue "list-queue-remove-all!" 1 queue)
      (let ((list (first-pair queue)))
        (set-first! queue '())
        (set-last! queue '())
        list))

    (define (list-queue-set-list! queue list :up-to 1 last)
      "Makes the queue consist of a list, whose last pair may be given."
      (check-queue "list-queue-set-list!" 1 queue)
      (check-type list? "list-queue-set-list!" "a list" 2 list)
      (set-first! queue list)
      (set-last! queue (option 0 last (last-of list))))

    (define (list-queue-append . queues)
      "A queue of the elements of the queues."
      (list-queue-concatenate queues))

    (define (list-queue-concatenate queues)
      "A queue of the elements of a list of queues."
      (check-type list? "list-queue-concatenate" "a list" 1 queues)
      (check-all "list-queue-concatenate" "a list of list queues" 1 list-queue?
                 queues)
      (make-list-queue (append-map (lambda (queue) (list-copy (first-pair queue)))
                                   queues)))

    (define (list-queue-append! . queues)
      "A queue that consists of the pairs of the queues."
      (check-all "list-queue-append!" "a list queue" 1 list-queue? queues)
      (make-list-queue (apply append! (map first-pair queues))))

    (define (list-queue-map f queue)
      "A queue of what f gives for the elements."
      (check-callable "list-queue-map" 1 f)
      (check-queue "list-queue-map" 2 queue)
      (make-list-queue (map f (first-pair queue))))

    (define (list-queue-map! f queue)
      "Replaces each element by what f gives for it."
      (check-callable "list-queue-map!" 1 f)
      (check-queue "list-queue-map!" 2 queue)
      (let loop ((pair (first-pair queue)))
        (when (pair? pair)
          (set-car! pair (f (car pair)))
          (loop (cdr pair)))))

    (define (list-queue-for-each f queue)
      "Calls f with each element."
      (check-callable "list-queue-for-each" 1 f)
      (check-queue "list-queue-for-each" 2 queue)
      (for-each f (first-pair queue)))))
