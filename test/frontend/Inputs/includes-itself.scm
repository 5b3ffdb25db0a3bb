(include "includes-itself.scm")
