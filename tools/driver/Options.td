//===- Options.td - every flag of plc -------------------------------------===//
//
// The parser, --help, completions and the manual page are made from this
// table. Visibility names the commands that take a flag; the order of the
// classes is that of Commands.def.
//
//===----------------------------------------------------------------------===//

include "llvm/Option/OptParser.td"

def Build : OptionVisibility;
def Run : OptionVisibility;
def Repl : OptionVisibility;
def Check : OptionVisibility;
def Doc : OptionVisibility;
def Explain : OptionVisibility;
def Doctor : OptionVisibility;
def Plugin : OptionVisibility;
def Completions : OptionVisibility;
def Man : OptionVisibility;

class All : Visibility<[DefaultVis, Build, Run, Repl, Check, Doc, Explain, Doctor,
                        Plugin, Completions, Man]>;
class Importing : Visibility<[DefaultVis, Build, Run, Repl, Check, Doc]>;
class Compiling : Visibility<[DefaultVis, Build, Run, Repl, Check]>;

// -- optimisation and libraries
def O0 : Flag<["-"], "O0">, Compiling,
  HelpText<"Mandatory passes only; compiles fastest">;
def O1 : Flag<["-"], "O1">, Compiling,
  HelpText<"Optimise inside each library">;
def O2 : Flag<["-"], "O2">, Compiling,
  HelpText<"Optimise across libraries (default of build and run)">;
def g : Flag<["-"], "g">, Compiling,
  HelpText<"Name all variables for gdb, at -O0 as long as they live">;
def I : JoinedOrSeparate<["-"], "I">, Importing, MetaVarName<"DIR">,
  HelpText<"Look for libraries in DIR; (a b c) is DIR/a/b/c.sld">;
def l : JoinedOrSeparate<["-"], "l">, Importing, MetaVarName<"LIB">,
  HelpText<"Link with the native library LIB">;
def L : JoinedOrSeparate<["-"], "L">, Importing, MetaVarName<"DIR">,
  HelpText<"Look for native libraries in DIR">;

// -- output
def o : JoinedOrSeparate<["-"], "o">, Visibility<[DefaultVis, Build, Check]>,
  MetaVarName<"OUT">, HelpText<"Write to OUT; `-` is standard output">;
def emit_EQ : Joined<["--"], "emit=">, Visibility<[DefaultVis, Build, Check]>,
  MetaVarName<"KIND">, Values<"forms,ir,llvm,asm,obj,python-module">,
  HelpText<"Stop at a stage and write it: forms, ir, llvm, asm or obj; or make a python-module">;
def print_after_EQ : Joined<["--"], "print-after=">, Compiling,
  MetaVarName<"PASS">, HelpText<"Print the IR after PASS to standard error">;
def disable_EQ : Joined<["--"], "disable=">, Compiling,
  MetaVarName<"PASS">, HelpText<"Leave out an optional pass">;
def verify_each : Flag<["--"], "verify-each">, Compiling,
  HelpText<"Check the IR after every pass">;
def stats : Flag<["--"], "stats">, Compiling,
  HelpText<"Count what each pass did">;
def time : Flag<["--"], "time">, Compiling,
  HelpText<"Say how long each stage took">;
def v : Flag<["-"], "v">, Compiling, HelpText<"Print the link command">;

// -- running programs
def heap_limit_EQ : Joined<["--"], "heap-limit=">,
  Visibility<[DefaultVis, Build, Run, Repl, Check]>, MetaVarName<"SIZE">,
  HelpText<"Most memory for the heap, e.g. 512m">;
def heap_limit : Separate<["--"], "heap-limit">, Alias<heap_limit_EQ>,
  Visibility<[DefaultVis, Build, Run, Repl, Check]>, Flags<[HelpHidden]>;
def gc_stats : Flag<["--"], "gc-stats">,
  Visibility<[DefaultVis, Build, Run, Repl, Check]>,
  HelpText<"Say at exit what the collector did">;

// -- messages
def error_format_EQ : Joined<["--"], "error-format=">, Compiling,
  MetaVarName<"FORMAT">, Values<"text,json">,
  HelpText<"Diagnostics as text or as JSON, one object a line">;
def error_limit_EQ : Joined<["--"], "error-limit=">, Compiling,
  MetaVarName<"N">,
  HelpText<"Show at most N diagnostics (20); 0 shows all">;
def verify_diagnostics : Flag<["--"], "verify-diagnostics">,
  Visibility<[DefaultVis, Build, Check]>,
  HelpText<"Compare diagnostics with `expected-error` comments">;
def color_EQ : Joined<["--"], "color=">, All, MetaVarName<"WHEN">,
  Values<"auto,always,never">, HelpText<"Colour: auto, always or never">;
def json : Flag<["--"], "json">,
  Visibility<[DefaultVis, Doc, Explain, Doctor, Plugin]>,
  HelpText<"Write JSON Lines">;
def markdown : Flag<["--"], "markdown">, Visibility<[DefaultVis, Doc]>,
  HelpText<"Write Markdown">;
def from_EQ : Joined<["--"], "from=">, Visibility<[DefaultVis, Doc]>,
  MetaVarName<"LANGUAGE">,
  HelpText<"Language of the module, as after `:from`">;
def from : Separate<["--"], "from">, Alias<from_EQ>,
  Visibility<[DefaultVis, Doc]>, Flags<[HelpHidden]>;
def language_EQ : Joined<["--"], "language=">, Visibility<[DefaultVis, Plugin]>,
  MetaVarName<"LANGUAGE">, Values<"c,c++,rust">,
  HelpText<"Language of a new plugin: c, c++ or rust">;
def no_input : Flag<["--"], "no-input">, All, HelpText<"Never ask">;
def help : Flag<["--"], "help">, All, HelpText<"Show this help">;
def h : Flag<["-"], "h">, Alias<help>, All, Flags<[HelpHidden]>;
def version : Flag<["--"], "version">, All, HelpText<"Show the version">;
