;;; A list on the whole terminal, by ncurses. The arrow keys or j and k move,
;;; digits jump to an entry, space marks it, q ends and shows what is marked. The
;;; terminal is put back on every way out, also when something fails.
;;;
;;;   plc run examples/ncurses-list.lisp first second third
(import "ncurses.h" :from "c" :link "ncurses" :as nc)
(import (scheme base) (scheme write) (scheme process-context) (plc) (plc c))

(define entries (list->vector (cdr (command-line))))
(define count (vector-length entries))
(define marks (make-vector count #f))

(define (with-screen thunk)
  (dynamic-wind
   (lambda ()
     (nc:initscr)
     (nc:cbreak)
     (nc:noecho)
     (nc:keypad nc:stdscr #t)
     (nc:curs_set 0))
   thunk
   (lambda () (nc:endwin))))

(define (draw-entry i chosen)
  (nc:mvaddstr (+ 2 i) 2 (if (vector-ref marks i) "[x] " "[ ] "))
  (when (= i chosen) (nc:attron nc:A_REVERSE))
  (nc:addstr (vector-ref entries i))
  (when (= i chosen) (nc:attroff nc:A_REVERSE)))

(define (draw chosen)
  (nc:erase)
  (nc:mvprintw 0 0 "%d entries, %d rows, %d columns" count nc:LINES nc:COLS)
  (for (i (iota count)) (draw-entry i chosen))
  (nc:mvaddstr (- nc:LINES 1) 0 (string-append "at " (vector-ref entries chosen)))
  (nc:refresh))

;; Until q is typed.
(define (run chosen)
  (draw chosen)
  (let ((key (nc:getch)))
    (cond ((or (= key nc:KEY_DOWN) (= key (char->integer #\j)))
           (run (min (+ chosen 1) (- count 1))))
          ((or (= key nc:KEY_UP) (= key (char->integer #\k)))
           (run (max (- chosen 1) 0)))
          ((= key (char->integer #\space))
           (vector-set! marks chosen (not (vector-ref marks chosen)))
           (run chosen))
          ;; Where there is no such entry drawing fails.
          ((<= (char->integer #\0) key (char->integer #\9))
           (run (- key (char->integer #\0))))
          ((not (= key (char->integer #\q)))
           (run chosen)))))

(guard (e (#t (display "failed: ")
              (display (condition-message e))
              (newline)
              (exit 1)))
  (with-screen (lambda () (run 0))))
(for (i (iota count))
  (when (vector-ref marks i)
    (display "marked: ")
    (display (vector-ref entries i))
    (newline)))
