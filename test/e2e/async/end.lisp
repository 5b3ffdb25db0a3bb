; The end of the main program is the end of all; what failed unheard is told.
(async (sleep-for 60) (display "not printed"))
(async (sleep-for 0) (car (list)))
(async (dynamic-wind (lambda () #f) (lambda () (sleep-for 60)) (lambda () (display "not printed"))))
(sleep-for 0.02)
(display "end")
(newline)
(exit 3)
