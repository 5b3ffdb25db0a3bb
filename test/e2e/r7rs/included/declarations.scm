(begin (define late-declared 'late))
