"""The REPL with an import of C++ on a terminal: completion, documentation.

    repl_cxx_terminal.py PLC FOLDER
"""
import sys

from terminal import Terminal

plc, folder = sys.argv[1:]

with Terminal([plc, "repl"], {"XDG_STATE_HOME": folder, "CI": ""}) as t:
    def enter(line, *shown):
        t.type(line + "\r")
        for text in shown:
            t.expect(text, 60)
        t.expect_last(">", 60)

    t.expect_last(">")
    enter('(import "geo.hpp" :from "c++" :as geo)', ":as geo)\n>")
    t.completed("(geo:circ", "(geo:circleArea")
    t.completed("(geo:lar", "(geo:larger")
    t.completed("(list geo:de", "(list geo:deep:")
    t.completed("(geo:deep:dep", "(geo:deep:depthOf")
    t.completed("(geo:Point:inst", "(geo:Point:instances")
    t.completed("geo:Color:Gr", "geo:Color:Green")
    enter("(doc geo:circleArea)", "geo::circleArea(double radius)",
          "The area of a circle.")
    enter("(doc geo:Color)", "{ Red, Green }", "Colours.")
    # Members of objects: of classes, and of instances of templates.
    enter("(define p (geo:Point 3))")
    t.completed("(p.mov", "(p.moveBy")
    enter("(doc p.moveBy)", "moveBy(double d)", "moveBy(double d, double)",
          "Moves it.")
    enter("(doc p.x)", "to the right")
    enter("(define b (geo:Box 5))")
    t.completed("(b.unp", "(b.unpack")
    enter("(doc b.unpack)", "geo::Box<long>::unpack() const", "Takes it out.")
    t.type("\x04")
    if t.end() != 0:
        sys.exit("Ctrl-D does not end with 0")
