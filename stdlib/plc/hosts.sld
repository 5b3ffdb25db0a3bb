;;; The forms of all hosts, which programs without imports see.
(define-library (plc hosts)
  (export $py by-ref py-> py-class py-convert-from!
          py-convert-to! py-decorate py-define
          py-eval py-exec py-iterator py-lambda py-operator py-slice py-super
          py-tuple py.import python:call
          $lua lua-> lua-eval lua-exec lua.import lua:call
          c:new c:free c:cast c:address c:null? c:string c:bytes c:vector c:sizeof
          c:alignof c:offsetof c:finalizer! c:disown! c:pointer c:pointer?
          c:type c:errno c:callback c:release c:function c:call c-function
          c-macro c++ c++-class c++-object)
  (import (plc python) (plc lua) (plc c) (plc c++)))
