; Colours of plc source, by the capture names that editors share.
; Where several patterns match a node, the last one wins.

(comment) @comment
(block_comment) @comment
(unterminated_comment) @comment
(datum_comment) @comment
(directive) @keyword.directive
(shebang) @keyword.directive

(boolean) @boolean
(character) @character
(number) @number
(keyword) @string.special.symbol
(string) @string
(interpolated_string) @string
(escape_sequence) @string.escape
(interpolation
  (interpolation_start) @punctuation.special
  (interpolation_end) @punctuation.special) @none
(label) @label
(label_reference) @label
(hash_name) @error
(unterminated_bar) @error

["(" ")" "[" "]" "#(" "." ] @punctuation.bracket
(number_vector_start) @punctuation.bracket
(map_start) @punctuation.bracket
(map_end) @punctuation.bracket
["'" "`" "," ",@" "#;"] @punctuation.special

(identifier) @variable
(bar_identifier) @variable

; What is called.
(list . (identifier) @function.call)

; Quoted names are data.
(quote (identifier) @string.special.symbol)

; Member access: (. object name) and object.name.
(list . (identifier) @operator
  (#eq? @operator "."))
(list . (identifier) @operator . (_) . (identifier) @property
  (#eq? @operator "."))

; Core forms, definitions and control.
((list . (identifier) @keyword)
  (#any-of? @keyword
    "lambda" "case-lambda" "fn" "if" "cond" "case" "and" "or" "when" "unless"
    "let" "let*" "letrec" "letrec*" "let-values" "let*-values" "let1"
    "begin" "do" "for" "delay" "delay-force" "make-promise" "parameterize"
    "quote" "quasiquote" "unquote" "unquote-splicing" "set!"
    "let-syntax" "letrec-syntax" "syntax-rules" "syntax-error"
    "include" "include-ci" "cond-expand" "async" "await" "with-foreign"
    "else" "=>"))
((list . (identifier) @keyword.exception)
  (#any-of? @keyword.exception
    "guard" "raise" "raise-continuable" "error" "dynamic-wind"
    "with-exception-handler"))
((list . (identifier) @keyword.import)
  (#any-of? @keyword.import
    "import" "export" "define-library" "module" "py.import" "js.import"
    "lua.import"))
((list . (identifier) @keyword)
  (#any-of? @keyword
    "define" "define-values" "define-syntax" "define-record-type" "def"
    "defq" "defn" "defun" "defclass" "defmethod"))
((identifier) @keyword
  (#any-of? @keyword "else" "=>" "..."))

; What a definition defines.
((list . (identifier) @_define . (identifier) @variable)
  (#any-of? @_define "define" "def" "defq"))
((list . (identifier) @_define . (list . (identifier) @function))
  (#eq? @_define "define"))
((list . (identifier) @_define . (identifier) @function)
  (#any-of? @_define "defn" "defun" "defmethod"))
((list . (identifier) @_define . (identifier) @function.macro)
  (#eq? @_define "define-syntax"))
((list . (identifier) @_define . (identifier) @type)
  (#any-of? @_define "define-record-type" "defclass"))
