(display "open
