"""Hot procedures of the REPL: their code is exchanged, nothing else changes.

    repl_hot.py PLC
"""
import subprocess
import sys
import time


class Session:
    """A REPL on pipes. One form, one line of output."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, bufsize=1)

    def ask(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n")

    def tell(self, text):
        # What it wrote ends before the mark; definitions write nothing.
        mark = self.ask(text + "\n'mark")
        check(mark == "mark", f"{text}: {mark}")

    def wait_until_hot(self, name):
        end = time.monotonic() + 120
        while ", compiled at -O2" not in (said := self.ask(f",doc {name}")):
            check(time.monotonic() < end, f"never exchanged: {said}")
            self.skip_source()
            time.sleep(0.01)
        self.skip_source()

    def skip_source(self):
        # ,doc shows where a name was defined, and the form on one line.
        self.process.stdout.readline()
        self.process.stdout.readline()

    def close(self):
        self.process.stdin.close()
        rest = self.process.stdout.read()
        self.process.wait(60)
        return self.process.returncode, rest


def check(condition, what):
    if not condition:
        sys.exit("repl_hot.py: " + what)


def expect(session, form, value):
    found = session.ask(form)
    check(found == value, f"{form} is {found}, expected {value}")


def fib_text(base):
    return ("(define (fib n) (if (< n 2) %s "
            "(+ (fib (- n 1)) (fib (- n 2)))))" % base)


def main(plc):
    s = Session(plc, "repl")
    s.tell(fib_text("n"))
    # Of the same object before and after.
    s.tell("(define first-fib fib)")
    s.tell("(define (constant) '(1 \"two\" #(3)))")
    s.tell("(define first-constant (constant))")
    s.tell("(define (call-fib n) (fib n))")
    expect(s, "(fib 22)", "17711")
    s.wait_until_hot("fib")
    expect(s, "(eq? fib first-fib)", "#t")
    expect(s, "(first-fib 22)", "17711")
    s.tell("(let loop ((i 0)) (if (< i 20000) "
           "(begin (constant) (call-fib 1) (loop (+ i 1)))))")
    s.wait_until_hot("constant")
    s.wait_until_hot("call-fib")
    expect(s, "(eq? first-constant (constant))", "#t")
    expect(s, "(eq? (cadr first-constant) (cadr (constant)))", "#t")

    # A redefinition is seen by all callers, inlined ones included.
    expect(s, "(call-fib 10)", "55")
    s.tell(fib_text("1"))
    expect(s, "(call-fib 10)", "89")
    expect(s, "(first-fib 2)", "2")
    s.tell("(set! fib (lambda (n) 'other))")
    expect(s, "(call-fib 10)", "other")

    # Also in the middle of a call.
    s.tell("(define (down n) (if (= n 0) 'bottom (begin "
           "(if (= n 500) (set! down (lambda (n) (list 'new n)))) "
           "(down (- n 1)))))")
    s.tell("(define old-down down)")
    s.tell("(let loop ((i 0)) (if (< i 2000) "
           "(begin (down 100) (loop (+ i 1)))))")
    s.wait_until_hot("down")
    expect(s, "(down 1000)", "(new 499)")
    expect(s, "(old-down 1)", "(new 0)")

    # Conditions are the same.
    s.tell("(define (add a b) (+ a b))")
    before = s.ask("(guard (e (#t (error-object-message e))) (add 1 'x))")
    s.tell("(let loop ((i 0)) (if (< i 20000) "
           "(begin (add i i) (loop (+ i 1)))))")
    s.wait_until_hot("add")
    expect(s, "(guard (e (#t (error-object-message e))) (add 1 'x))", before)
    expect(s, "(guard (e (#t 'arity)) (add 1))", "arity")

    # A procedure with a loop is compiled again before anybody calls it.
    s.tell("(define (sum n) (let loop ((i 0) (a 0)) "
           "(if (= i n) a (loop (+ i 1) (+ a i)))))")
    s.wait_until_hot("sum")
    expect(s, "(sum 1000)", "499500")

    # Calls reach the new code, in which these numbers need no boxes.
    s.tell("(define (allocated) (cdr (assq 'bytes-allocated (gc-statistics))))")
    loop = "(let loop ((i 0) (x 0.)) (if (= i 1000) x (loop (+ i 1) (+ x 1e300))))"
    s.tell(f"(define (add-up) {loop})")
    s.wait_until_hot("add-up")
    boxes = "(let ((before (allocated))) %s (> (- (allocated) before) 10000))"
    expect(s, boxes % loop, "#t")
    expect(s, boxes % "(add-up)", "#f")

    # Small procedures of other forms are inlined, and can change.
    s.tell("(define-record-type point (make-point x y) point? (x point-x) (y point-y))")
    s.tell("(define (twice x) (* 2 x))")
    s.tell("(define (use n) (let loop ((i 0) (p (make-point 1 2))) "
           "(if (< i n) (loop (+ i 1) p) (twice (point-x p)))))")
    s.wait_until_hot("use")
    expect(s, "(use 10)", "2")
    s.tell("(define (twice x) (list x x))")
    expect(s, "(use 10)", "(1 1)")

    # Ends at once, also while the other thread compiles.
    s.process.stdin.write(
        "(define (long n) (let loop ((i 0)) (cond "
        + " ".join(f"((= i {k}) (loop (+ i (* {k} n))))" for k in range(1, 400))
        + " (else i))))\n")
    status, rest = s.close()
    check(status == 0, f"exit status {status}: {rest}")


main(sys.argv[1])
