;;; A text adventure: rooms and items as association lists, a command parser
;;; over strings, a table of verbs, an undo history and a scripted session.
(import (scheme base) (scheme write) (scheme char))

(define rooms
  '((hall "a dusty hall" ((north . library) (east . kitchen)) (lamp))
    (library "a library full of books" ((south . hall) (up . attic)) (book key))
    (kitchen "a kitchen" ((west . hall)) (knife bread))
    (attic "a dark attic" ((down . library)) (chest))))
(define-record-type state
  (make-state room inventory places flags moves)
  state?
  (room state-room) (inventory state-inventory) (places state-places)
  (flags state-flags) (moves state-moves))

(define-syntax state-with
  (syntax-rules ()
    ((_ s (field value) ...)
     (let ((old s))
       (let-syntax ((pick (syntax-rules () ((_ name getter) (pick-field name
                                                             (getter old) (field
                                                                           value) ...)))))
         (make-state (pick room state-room) (pick inventory state-inventory)
                     (pick places state-places) (pick flags state-flags)
                     (pick moves state-moves)))))))
(define-syntax pick-field
  (syntax-rules ()
    ((_ name default) default)
    ((_ name default (field value) rest ...)
     (let-syntax ((test (syntax-rules (name) ((_ name) value)
                          ((_ other) (pick-field name default rest ...)))))
       (test field)))))

(define (tokenize line)
  (let loop ((chars (string->list (string-downcase line))) (word '()) (words
                                                                       '()))
    (define (flush)
      (if (null? word) words
          (cons (string->symbol (list->string (reverse word))) words)))
    (cond ((null? chars) (reverse (flush)))
          ((char-alphabetic? (car chars)) (loop (cdr chars) (cons (car chars)
                                                             word) words))
          (else (loop (cdr chars) '() (flush))))))

(define noise '(the a an at to please))
(define (strip words)
  (cond ((null? words) '())
        ((memq (car words) noise) (strip (cdr words)))
        (else (cons (car words) (strip (cdr words))))))
(define synonyms '((get . take) (grab . take) (pick . take) (n . north)
                   (s . south)
                   (e . east) (w . west) (u . up) (d . down) (l . look)
                   (i . inventory)))
(define (normal w) (let ((p (assq w synonyms))) (if p (cdr p) w)))

(define (room-info s) (cdr (assq (state-room s) rooms)))
(define (items-here s) (cdr (assq (state-room s) (state-places s))))
(define (update key value alist)
  (map (lambda (p) (if (eq? (car p) key) (cons key value) p)) alist))
(define (without x l) (cond ((null? l) '()) ((eq? x (car l)) (without x
                                                              (cdr l))) (else
                                                                         (cons
                                                                          (car
                                                                           l)
                                                                           (without x (cdr l))))))

(define say
  (lambda parts
    (for-each (lambda (p)
                (cond ((list? p)
                       (if (null? p) (display "nothing")
                           (begin (display (car p))
                                  (for-each (lambda (x) (display ", ") (display
                                                                        x))
                                                                        (cdr
                                                                         p)))))
                      (else (display p))))
              parts)
    (newline)))

(define (describe s)
  (say "You are in " (car (room-info s)) ".")
  (if (and (eq? (state-room s) 'attic) (not (memq 'lit (state-flags s))))
      (say "It is too dark to see.")
      (say "You see: " (items-here s) "."))
  (say "Exits: " (map car (cadr (room-info s))) ".")
  s)

(define (go dir)
  (lambda (s args)
    (cond ((assq dir (cadr (room-info s)))
           => (lambda (exit) (describe (state-with s (room (cdr exit)) (moves
                                                                        (+ 1
                                                                         (state-moves s)))))))
          (else (say "No way " dir ".") s))))
(define (take s args)
  (cond ((null? args) (say "Take what?") s)
        ((eq? (car args) 'all)
         (let loop ((items (items-here s)) (s s))
           (if (null? items) s (loop (cdr items) (take s (list (car items)))))))
        ((and (eq? (car args) 'chest) (memq 'chest (items-here s)))
         (say "Too heavy.") s)
        ((memq (car args) (items-here s))
         (say "Taken: " (car args) ".")
         (state-with s (inventory (cons (car args) (state-inventory s)))
                     (places (update (state-room s) (without (car args)
                                                     (items-here s))
                                                     (state-places s)))
                     (moves (+ 1 (state-moves s)))))
        (else (say "No " (car args) " here.") s)))
(define (drop s args)
  (cond ((and (pair? args) (memq (car args) (state-inventory s)))
         (say "Dropped.")
         (state-with s (inventory (without (car args) (state-inventory s)))
                     (places (update (state-room s) (cons (car args) (items-here
                                                                      s))
                                                                      (state-places s)))))
        (else (say "You do not have that.") s)))
(define (light s args)
  (cond ((memq 'lamp (state-inventory s)) (say "The lamp glows.") (state-with s
                                                                   (flags (cons
                                                                           'lit
                                                                           (state-flags s)))))
        (else (say "With what?") s)))
(define (open s args)
  (call-with-current-continuation
   (lambda (return)
     (define (refuse why) (say why) (return s))
     (unless (memq 'chest (items-here s)) (refuse "Nothing to open."))
     (unless (memq 'lit (state-flags s)) (refuse "You fumble in the dark."))
     (unless (memq 'key (state-inventory s)) (refuse "It is locked."))
     (say "The chest opens. Gold! You win in " (state-moves s) " moves.")
     (state-with s (flags (cons 'won (state-flags s)))))))

(define verbs
  (append (map (lambda (d) (cons d (go d))) '(north south east west up down))
          (list (cons 'take take) (cons 'drop drop) (cons 'light light) (cons
                                                                         'open
                                                                         open)
                (cons 'look (lambda (s args) (describe s)))
                (cons 'inventory (lambda (s args) (say "You carry: "
                                                   (state-inventory s) ".") s))
                (cons 'go (lambda (s args) (if (null? args) (begin
                                                             (say "Where?") s)
                                                             ((go (normal
                                                                   (car args)))
                                                                   s '())))))))

(define (command s words)
  (let ((verb (assq (normal (car words)) verbs)))
    (if verb ((cdr verb) s (map normal (cdr words)))
        (begin (say "I do not know how to " (car words) ".") s))))

(define (play lines)
  (let loop ((lines lines) (history (list (describe (make-state 'hall '()
                                                     (map (lambda (r) (cons
                                                                       (car r)
                                                                       (list-ref
                                                                        r 3)))
                                                                        rooms)
                                                                        '()
                                                                        0)))))
    (unless (or (null? lines) (memq 'won (state-flags (car history))))
      (say "> " (car lines))
      (let ((words (strip (tokenize (car lines)))))
        (cond ((null? words) (say "Pardon?") (loop (cdr lines) history))
              ((eq? (car words) 'undo)
               (if (null? (cdr history))
                   (begin (say "Nothing to undo.") (loop (cdr lines) history))
                   (begin (say "Undone.") (loop (cdr lines) (cdr history)))))
              (else (loop (cdr lines) (cons (command (car history) words)
                                            history))))))))

(play '("undo" "Look!" "get the LAMP" "dance" "go" "go to the east" "take all"
        "i" "drop bread" "w" "north"
        "up" "open chest" "light lamp" "open chest" "d" "grab key, please"
        "undo" "undo" "undo" "look" "  ..."
        "take key" "up" "take chest" "light the lamp" "open the chest" "look"))
