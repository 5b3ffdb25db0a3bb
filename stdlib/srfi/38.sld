;;; SRFI 38: data with shared structure, as R7RS writes and reads it.
(define-library (srfi 38)
  (export write-with-shared-structure read-with-shared-structure
          (rename write-with-shared-structure write/ss)
          (rename read-with-shared-structure read/ss))
  (import (scheme base) (scheme read) (scheme write) (plc arguments))
  (begin
    (define (write-with-shared-structure object :up-to 2 options)
      "Writes the object to a port, with a label on each part that is shared. The
       document leaves the meaning of the second option to the system: none."
      (write-shared object (option 0 options (current-output-port))))

    (define (read-with-shared-structure :up-to 1 port)
      "Reads a datum, which may have labels."
      (read (option 0 port (current-input-port))))))
