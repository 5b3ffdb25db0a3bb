//===- DocHosted.cpp - modules of Python and Lua, for plc doc -------------===//

#include "tools/driver/Doc.h"

#include "tools/driver/Evaluator.h"

using namespace llvm;

namespace plc::driver {

/// Asks an object for its members, and those whose names a program gives for
/// theirs: rows of name, kind, signature, documentation and reason.
static constexpr const char kRows[] = R"lisp(
(begin
  (define (plc-doc-text ask object)
    (or (guard (raised (#t #f)) (and (foreign? object) (ask object))) ""))
  (define (plc-doc-kind object)
    (cond ((not (foreign? object)) "constant")
          ((string=? (plc-doc-text foreign-signature object) "") "value")
          (else "function")))
  (define (plc-doc-row prefix object name)
    (guard (raised
            (#t (list (string-append prefix name) "refused" "" ""
                      (if (error-object? raised)
                          (error-object-message raised)
                          "it cannot be read"))))
      (let ((member (foreign-get object (string->symbol name))))
        (list (string-append prefix name)
              (plc-doc-kind member)
              (if (foreign? member)
                  (let ((text (plc-doc-text foreign-signature member)))
                    (if (and (> (string-length text) 0)
                             (char=? (string-ref text 0) #\())
                        (string-append name text)
                        text))
                  (let ((out (open-output-string)))
                    (write member out)
                    (get-output-string out)))
              (plc-doc-text foreign-documentation member)
              ""))))
  (define (plc-doc-members prefix object)
    (let loop ((names (guard (raised (#t '())) (foreign-members object)))
               (rows '()))
      (cond ((null? names) (reverse rows))
            ((char=? (string-ref (string-append (car names) "_") 0) #\_)
             (loop (cdr names) rows))
            (else
             (loop (cdr names)
                   (cons (plc-doc-row prefix object (car names)) rows))))))
  ;; The members of what a path names.
  (define (plc-doc-path object prefix path)
    (if (null? path)
        (plc-doc-members prefix object)
        (let ((next (guard (raised (#t #f))
                      (foreign-get object (string->symbol (car path))))))
          (if (foreign? next)
              (plc-doc-path next (string-append prefix (car path) ":")
                            (cdr path))
              '())))))
)lisp";

static std::string quoted(StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result + "\"";
}

bool gatherHosted(Compiler &compiler, Process &process, DocPage &page) {
  const Options &options = compiler.options;
  page.title = options.file;
  page.import = importForm(options);
  page.hasDots = true;
  Evaluator evaluator(compiler, process);
  std::string import = "(import (plc primitives)) (import " +
                       quoted(options.file) + " :from " +
                       quoted(options.ecosystem) + " :as plc-doc-module)";
  if (!evaluator.evaluate(import, "<doc>", false) ||
      !evaluator.evaluate(kRows, "<doc>", false))
    return false;
  std::string rows = "(define plc-doc-rows (append (plc-doc-members \"\" "
                     "plc-doc-module)";
  for (const std::string &word : options.programArguments) {
    std::string path;
    for (StringRef rest = word; !rest.empty();) {
      size_t end = rest.find_first_of(".:");
      path += " " + quoted(rest.take_front(end));
      rest = end == StringRef::npos ? "" : rest.drop_front(end + 1);
      // The last one names an object whose members may be meant, or a member.
      rows += " (plc-doc-path plc-doc-module \"\" (list" + path + "))";
    }
  }
  if (!evaluator.evaluate(rows + "))", "<doc>", false))
    return false;
  for (const std::vector<std::string> &row : evaluator.rowsOf("plc-doc-rows")) {
    DocItem item;
    item.name = row[0];
    item.kind = row[1];
    item.signature = row[2];
    item.doc = row[3];
    item.reason = row[4];
    page.items.push_back(std::move(item));
  }
  return true;
}

} // namespace plc::driver
