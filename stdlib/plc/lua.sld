;;; What programs write for Lua. Shipped with its plugin; see (plc foreign).
(define-library (plc lua)
  (export $lua lua-> lua-eval lua-exec lua.import lua:call)
  (import (plc core) (plc primitives) (plc foreign))
  (begin
    (define ($lua module)
      "The module of Lua, as `require` returns it."
      (foreign-import "lua" module))

    (define (lua-eval code)
      "The value of an expression of Lua, or what a chunk returns."
      (foreign-evaluate "lua" code #f))

    (define (lua-exec code)
      "Runs statements of Lua."
      (foreign-evaluate "lua" code #t))

    (define (lua:call path . args)
      "Calls a function of Lua by its path, such as \"string.rep\"."
      (apply (foreign-path "lua" (foreign-evaluate "lua" "_G" #f) path) args))

    (define-syntax lua.import
      (syntax-rules ()
        ((_ module option ...) (import module :from "lua" option ...))))

    (define-syntax lua->
      (syntax-rules ()
        ((_ object name arg ...)
         (call-with-values
          (lambda ()
            (foreign-call-method (%foreign-object object "lua") 'name
                                 arg ...))
          awaited))))

    (define (awaited . results)
      (if (= (length results) 1)
          (await (car results))
          (apply values results)))))
