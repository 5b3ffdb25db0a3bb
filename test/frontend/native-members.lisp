; REQUIRES: c-import
; RUN: plc check --verify-diagnostics %s
; Members of a header are checked when a program is compiled.
(import "Inputs/native.h" :from "c" :as t)
(import "nowhere.h" :from "c") ; expected-error {{cannot import `nowhere.h`}}
(import "Inputs/native.h" :from "c" :as u :linc "m") ; expected-error {{malformed foreign import}}
(import "Inputs/native.h" :from "c" :as v :macros ((ADD int))) ; expected-error {{malformed foreign import}}
(t:add 1) ; expected-error {{wrong number of arguments to `add`}}
(t:add 1 "x") ; expected-error {{argument 2 of `add` has the wrong type}}
(t:add 1 2147483648) ; expected-error {{argument 2 of `add` has the wrong type}}
(t:narrow -129) ; expected-error {{argument 1 of `narrow` has the wrong type}}
(t:paint 'PINK) ; expected-error {{argument 1 of `paint` has the wrong type}}
(t:paint 'GREEN)
(t:name 5) ; expected-error {{argument 1 of `name` has the wrong type}}
(t:name nil)
(t:ad 1 2) ; expected-error {{`t` has no member `ad`}}
(t:point :z 1) ; expected-error {{`point` has no member `z`}}
(t:point 1) ; expected-error {{no value of `point` can be made so}}
(display t) ; expected-error {{`t` is a namespace, no value}}
(set! t:limit 3) ; expected-error {{`limit` cannot be assigned}}
(display t:sum) ; expected-error {{`sum` takes any number of arguments and has no value}}
(t:sum 2 1 2)
