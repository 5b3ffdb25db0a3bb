;;; Evaluation. What is evaluated is called here, like any other procedure:
;;; tail calls, continuations, winds and handlers see nothing special.
(define-library (plc eval)
  (export eval environment interaction-environment load
          scheme-report-environment null-environment)
  (import (plc core) (plc primitives))
  (begin
    (define (eval expression :up-to 1 environment)
      "The values of the expression in the environment, or at the top level."
      ((%eval-procedure expression
                        (if (pair? environment)
                            (car environment)
                            (%interaction-environment)))))

    (define (environment . import-sets)
      "The environment of what the import sets bring; nothing is defined there."
      (%environment import-sets))

    (define (interaction-environment)
      "The top level of the program, or of the REPL."
      (%interaction-environment))

    (define (load filename :up-to 1 environment)
      "Evaluates the forms of a file, one after the other."
      (let ((source (%load-open filename
                                (if (pair? environment)
                                    (car environment)
                                    (%interaction-environment)))))
        (let next ()
          (let ((evaluate (%load-next source)))
            (if evaluate
                (begin (evaluate) (next)))))))

    (define (check-version who version)
      (if (not (memv version '(5 7)))
          (error (string-append who ": the versions are 5 and 7") version)))

    (define (scheme-report-environment version)
      "What the report of that version defines: 5 or 7."
      (check-version "scheme-report-environment" version)
      (%environment
       (if (eqv? version 5)
           '((scheme r5rs))
           '((scheme base) (scheme case-lambda) (scheme char)
             (scheme complex) (scheme cxr) (scheme eval) (scheme file)
             (scheme inexact) (scheme lazy) (scheme load)
             (scheme process-context) (scheme read) (scheme repl)
             (scheme time) (scheme write)))))

    (define (null-environment version)
      "The syntax of the report of that version, 5 or 7, and no variables."
      (check-version "null-environment" version)
      (%environment
       (if (eqv? version 5)
           '((only (scheme r5rs) => _ ... and begin case cond define
                   define-syntax delay do else if lambda let let* let-syntax
                   letrec letrec-syntax or quasiquote quote set!
                   syntax-rules unquote unquote-splicing))
           '((only (scheme base) => _ ... and begin case cond cond-expand
                   define define-record-type define-syntax define-values
                   do else guard if include include-ci lambda let let*
                   let*-values let-syntax let-values letrec letrec*
                   letrec-syntax or parameterize quasiquote quote set!
                   syntax-error syntax-rules unless unquote
                   unquote-splicing when)
             (scheme case-lambda)
             (only (scheme lazy) delay delay-force)))))))
